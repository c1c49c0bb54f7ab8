using System.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh rollback</c>: the champion before the present one answers again.</summary>
public static class RollbackCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var project = SharedOptions.Project(required: true);
        var reason = new Option<string?>("--reason") { Description = "Why, for the person who looks later.", HelpName = "TEXT" };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("rollback", "Let the previous champion of a project answer again.")
        {
            Examples = ["loramesh rollback --project support"],
        };
        command.Add(project);
        command.Add(reason);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            var name = parsed.GetRequiredValue(project)!;
            var answer = await client.RollbackAsync(name, new CancelRequest { Reason = parsed.GetValue(reason) }, cancellationToken);
            screen.Line($"Version {answer.Version} answers for {name} again.");
            if (screen.Json)
            {
                screen.Emit(answer);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
