using LoraMesh.Client;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine;

/// <summary>Waits for dropped files' runs, shows them, and tells how they ended.</summary>
/// <param name="client">The suite.</param>
/// <param name="screen">Where progress goes.</param>
/// <param name="time">Clock.</param>
public sealed class RunWatch(SuiteClient client, Screen screen, TimeProvider time)
{
    private const int MaxProblems = 100;

    /// <summary>Follows one run to its end on bars or lines.</summary>
    public Task<RunView> FollowAsync(string run, CancellationToken cancellationToken)
    {
        IRunDisplay display = screen.IsLive ? new ProgressBars(screen.Console) : new ProgressLines(screen, time);
        return display.ShowAsync(show => Follower().FollowAsync(run, show, cancellationToken));
    }

    /// <summary>Waits until a run has taken the drop.</summary>
    public Task<string> WaitForRunAsync(string project, DropReceipt drop, CancellationToken cancellationToken) =>
        Follower().WaitForRunAsync(project, drop, cancellationToken);

    /// <summary>Gathers what is to be told about a run that has ended.</summary>
    public async Task<CommandResult> ResultAsync(RunView view, IReadOnlyList<DroppedFile> files, CancellationToken cancellationToken)
    {
        var report = await client.FindReportAsync(view.Run, cancellationToken);
        return new CommandResult
        {
            Run = view.Run,
            State = view.State,
            Project = view.Project,
            Reason = view.Reason,
            Code = view.Code,
            Dataset = view.Dataset,
            Version = view.Version,
            AdapterId = view.AdapterId,
            Promoted = view.State == RunStates.Promoted,
            Base = view.Base,
            Adapter = view.Adapter,
            Champion = view.Champion,
            Rows = view.Rows,
            Problems = [.. (report?.Problems ?? []).Take(MaxProblems)],
            Seconds = view.Seconds,
            Urls = Addresses(client.Address, view.Run),
            Files = files,
            Questions = [],
        };
    }

    /// <summary>The exit code that a run's end means.</summary>
    public static int ExitCodeOf(string state) => state switch
    {
        RunStates.Promoted or RunStates.Held => ExitCode.Done,
        RunStates.Rejected => ExitCode.RefusedInput,
        _ => ExitCode.WorkFailed,
    };

    private static SuiteAddresses Addresses(Uri suite, string run) =>
        new(suite.ToString().TrimEnd('/'), new Uri(suite, "v1").ToString(), new Uri(suite, $"api/v1/runs/{run}").ToString());

    private RunFollower Follower() => new(client, time, screen.Line);
}
