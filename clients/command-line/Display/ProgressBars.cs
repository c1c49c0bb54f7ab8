using LoraMesh.Contracts;
using Spectre.Console;

namespace LoraMesh.CommandLine.Display;

/// <summary>Shows a run as one moving bar a stage, for terminals.</summary>
/// <param name="console">A terminal.</param>
public sealed class ProgressBars(IAnsiConsole console) : IRunDisplay
{
    private static readonly string[] Stages = [RunStates.Preparing, RunStates.Training, RunStates.Evaluating, RunStates.Deploying];
    private static readonly string[] Titles = ["prepare", "train", "evaluate", "deploy"];

    private readonly Dictionary<string, ProgressTask> _bars = [];
    private readonly Dictionary<string, RunProgress> _last = [];

    /// <inheritdoc/>
    public Task<RunView> ShowAsync(Func<Action<RunView>, Task<RunView>> follow) => console
        .Progress()
        .AutoClear(false)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new StageDetailColumn())
        .StartAsync(context => follow(view => Show(context, view)));

    private void Show(ProgressContext context, RunView view)
    {
        var current = Array.IndexOf(Stages, view.State);
        var reached = current >= 0 ? current : LastReached(view);
        for (var stage = 0; stage <= reached; stage++)
        {
            var bar = Bar(context, stage);
            if (stage < current || (current < 0 && stage <= reached))
            {
                Finish(bar, stage, complete: stage < reached || view.State is RunStates.Promoted or RunStates.Held or RunStates.Refused);
            }
        }

        if (current >= 0)
        {
            Advance(Bar(context, current), view);
        }

        if (view.Rows is { } rows)
        {
            StageDetailColumn.Set(Bar(context, 0), StageText.Rows(rows));
        }
    }

    private ProgressTask Bar(ProgressContext context, int stage)
    {
        if (!_bars.TryGetValue(Stages[stage], out var bar))
        {
            bar = context.AddTask(Titles[stage], new ProgressTaskSettings { MaxValue = 1 });
            bar.IsIndeterminate = true;
            _bars.Add(Stages[stage], bar);
        }

        return bar;
    }

    // A run that ended tells by what it holds how far it came.
    private static int LastReached(RunView view) => view switch
    {
        { State: RunStates.Promoted } => 3,
        { Promoted: not null } => 2,
        { AdapterId: not null } => 2,
        { Dataset: not null } => 1,
        _ => 0,
    };

    private void Advance(ProgressTask bar, RunView view)
    {
        if (view.Progress is { } progress && progress.Stage == view.State)
        {
            _last[view.State] = progress;
            bar.IsIndeterminate = false;
            bar.MaxValue = Math.Max(1, progress.Total);
            bar.Value = progress.Done;
            StageDetailColumn.Set(bar, StageText.Progress(progress));
        }

        if (view.Stalled)
        {
            StageDetailColumn.Set(bar, "stalled: no worker has the job");
        }
    }

    private void Finish(ProgressTask bar, int stage, bool complete)
    {
        bar.IsIndeterminate = false;
        if (complete)
        {
            bar.Value = bar.MaxValue;
            if (_last.TryGetValue(Stages[stage], out var last))
            {
                // The newest report may be a moment old; the stage is done all the same.
                StageDetailColumn.Set(bar, StageText.Progress(last with { Done = last.Total }));
            }
        }

        bar.StopTask();
    }
}
