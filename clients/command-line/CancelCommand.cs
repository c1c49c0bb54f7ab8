using System.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh cancel</c>: ends a run.</summary>
public static class CancelCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var run = new Argument<string>("RUN") { Description = "Run to end, as 'loramesh runs' lists it." };
        var reason = new Option<string>("--reason") { Description = "Why, for the person who looks later.", HelpName = "TEXT", Required = true };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("cancel", "End a run; whoever works on it stops within ten seconds.")
        {
            Examples = ["loramesh cancel run-0123456789ab --reason \"wrong file\""],
        };
        command.Add(run);
        command.Add(reason);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Suites.Open(parsed.GetValue(url));
            var id = parsed.GetRequiredValue(run);
            var body = new CancelRequest { Reason = parsed.GetRequiredValue(reason) };
            var answer = await client.CancelAsync(id, body, cancellationToken);
            screen.Line($"{id} is cancelled.");
            if (screen.Json)
            {
                screen.Emit(answer);
            }

            return ExitCode.Done;
        });
        return command;
    }
}
