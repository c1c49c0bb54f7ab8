using LoraMesh.Contracts;

namespace LoraMesh.CommandLine.Display;

/// <summary>Shows a run as plain lines, for files and pipes: every change of stage, and progress every few seconds.</summary>
/// <param name="screen">Where the lines go.</param>
/// <param name="time">Clock.</param>
public sealed class ProgressLines(Screen screen, TimeProvider time) : IRunDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private string? _state;
    private long _shownAt;
    private RunProgress? _shown;
    private bool _stalled;

    /// <inheritdoc/>
    public Task<RunView> ShowAsync(Func<Action<RunView>, Task<RunView>> follow) => follow(Show);

    private void Show(RunView view)
    {
        if (view.State != _state)
        {
            Enter(view);
            return;
        }

        if (view.Stalled != _stalled)
        {
            _stalled = view.Stalled;
            screen.Line($"{view.Run} {view.State}: {(_stalled ? "stalled, no worker has the job" : "a worker has the job again")}");
        }

        if (view.Progress is { } progress && progress.Stage == view.State && progress != _shown && time.GetElapsedTime(_shownAt) >= Interval)
        {
            _shown = progress;
            _shownAt = time.GetTimestamp();
            screen.Line($"{view.Run} {view.State}: {StageText.Progress(progress)}");
        }
    }

    private void Enter(RunView view)
    {
        var before = _state;
        _state = view.State;
        _shownAt = time.GetTimestamp();
        var told = before == RunStates.Preparing && view.Rows is { } rows ? $" ({StageText.Rows(rows)})" : "";
        screen.Line($"{view.Run} {view.State}{told}");
    }
}
