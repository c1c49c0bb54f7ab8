using LoraMesh.AllInOne.Suite;
using LoraMesh.Client;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Keeps a suite running until it is told to stop.</summary>
/// <param name="screen">Where it speaks.</param>
/// <param name="time">Clock.</param>
public sealed class Up(Screen screen, TimeProvider time)
{
    private const int MaxRuns = 200;

    /// <summary>Runs until Ctrl-C or SIGTERM.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SuiteSettings settings, CancellationToken cancellationToken)
    {
        await using var suite = await SuiteHost.StartAsync(settings, time, cancellationToken);
        using var client = Suites.Open(suite.Address);
        screen.Line($"LoraMesh is up at {suite.Address} (OpenAI: {new Uri(suite.Address, "v1")}), data in {settings.Data}, log in {suite.LogPath}");
        screen.Line($"Dashboard: {suite.Address}");
        await TellPickedUpAsync(client, cancellationToken);
        screen.Line($"Drop data: loramesh drop FILE --project P{(suite.Address.ToString().TrimEnd('/') == SharedOptions.DefaultUrl ? "" : $" --url {suite.Address}")}   (Ctrl-C stops)");
        await suite.WaitForShutdownAsync(cancellationToken);
        screen.Line("Stopped. What was unfinished goes on at the next 'loramesh up'.");
        return ExitCode.Done;
    }

    private async Task TellPickedUpAsync(SuiteClient client, CancellationToken cancellationToken)
    {
        try
        {
            var open = (await client.ListRunsAsync(project: null, MaxRuns, cancellationToken)).Where(run => !RunStates.IsTerminal(run.State)).ToList();
            if (open.Count > 0)
            {
                screen.Line($"Going on with {open.Count} unfinished: {string.Join(", ", open.Select(run => $"{run.Run} ({run.Project}, {run.State})"))}");
            }
        }
        catch (SuiteUnreachableException failure)
        {
            // Only told, never needed: a machine that is too busy to answer yet may still do the work.
            screen.ErrorLine($"What is unfinished cannot be listed yet ({failure.Problem}); see 'loramesh runs'.");
        }
    }
}
