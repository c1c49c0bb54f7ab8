using System.CommandLine;
using LoraMesh.CommandLine.Display;

namespace LoraMesh.CommandLine;

/// <summary><c>loramesh follow</c>: waits for a run's end, with progress.</summary>
public static class FollowCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var run = new Argument<string>("RUN") { Description = "Run, as 'loramesh runs' lists it." };
        var url = SharedOptions.Url();
        var command = new TaughtCommand("follow", "Follow a run to its end, also through restarts of the suite. The exit code is that of 'drop --wait': 0 promoted or held for approval, 3 data refused, else 1.")
        {
            Examples = ["loramesh follow run-0123456789ab", "loramesh follow run-0123456789ab --json"],
        };
        command.Add(run);
        command.Add(url);
        command.Add(SharedOptions.Json());
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var suite = Suites.Open(parsed.GetValue(url));
            var id = parsed.GetRequiredValue(run);

            // Known or not is said at once; following would take its absence for a restart of the suite.
            await suite.GetRunAsync(id, cancellationToken);
            var watch = new RunWatch(suite, screen, TimeProvider.System);
            var result = await watch.ResultAsync(await watch.FollowAsync(id, cancellationToken), [], cancellationToken);
            new RunSummary(screen).Show(result);
            if (screen.Json)
            {
                screen.Emit(result);
            }

            return RunWatch.ExitCodeOf(result.State);
        });
        return command;
    }
}
