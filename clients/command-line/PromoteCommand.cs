using System.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh promote</c>: makes a version the champion, whatever its figures were.</summary>
public static class PromoteCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var project = SharedOptions.Project(required: true);
        var version = SharedOptions.Version();
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
            using var client = Suites.Open(parsed.GetValue(url));
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
}
