using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LoraMesh.AllInOne.Client;
using LoraMesh.AllInOne.Display;
using LoraMesh.Contracts;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh promote</c>: makes a version the champion, whatever its figures were.</summary>
public static class PromoteCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var project = SharedOptions.Project(required: true);
        var version = new Option<int>("--version") { Description = "Version of the adapter, as 'loramesh adapters' lists it.", HelpName = "N", Required = true, CustomParser = ParseVersion };
        var reason = new Option<string?>("--reason") { Description = "Why, for the person who looks later.", HelpName = "TEXT" };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("promote", "Make a version of a project's adapter the champion that answers requests.")
        {
            Examples = ["loramesh promote --project support --version 3 --reason \"reviewed by hand\""],
        };
        command.Add(project);
        command.Add(version);
        command.Add(reason);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new SuiteClient(SharedOptions.SuiteAddress(parsed.GetValue(url)));
            var name = parsed.GetRequiredValue(project)!;
            var body = new PromoteRequest { Version = parsed.GetRequiredValue(version), Reason = parsed.GetValue(reason) };
            var answer = await client.PromoteAsync(name, body, cancellationToken);
            screen.Line($"Version {answer.Version} answers for {name} from now on.");
            if (screen.Json)
            {
                screen.Emit(answer);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static int ParseVersion(ArgumentResult argument)
    {
        var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0)
        {
            return version;
        }

        argument.AddError($"--version is '{text}'; versions are whole numbers that count from 1.");
        return 0;
    }
}
