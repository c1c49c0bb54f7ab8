using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;

namespace LoraMesh.EndToEndTests.CommandLine;

public sealed class ProgressLinesTests
{
    [Fact]
    public async Task Lines_WhileNoTimePasses_TellStagesButNotEveryStep()
    {
        var (lines, view) = await ShowAsync(
            View(RunStates.Preparing),
            View(RunStates.Training) with { Rows = new RunRows { Train = 1020, Test = 180, Rejected = 3 } },
            View(RunStates.Training) with { Progress = Training(done: 10, resumedFrom: 0) },
            View(RunStates.Promoted));

        Assert.Equal(RunStates.Promoted, view.State);
        Assert.Equal(
            ["run-1 preparing", "run-1 training (1,020 rows to train on, 180 held out, 3 rejected)", "run-1 promoted"],
            lines);
    }

    [Fact]
    public async Task Lines_OfAStalledRun_TellItOnce()
    {
        var stalled = View(RunStates.Training) with { Stalled = true };

        var (lines, _) = await ShowAsync(View(RunStates.Training), stalled, stalled, View(RunStates.Training));

        Assert.Equal(["run-1 training", "run-1 training: stalled, no worker has the job", "run-1 training: a worker has the job again"], lines);
    }

    [Fact]
    public void Progress_OfAResumedTraining_TellsStepLossSpeedTimeAndWhence()
    {
        var text = StageText.Progress(Training(done: 120, resumedFrom: 90));

        Assert.Equal("120/1,600 steps, loss 0.812, 5,300 tokens/s, 2 min 05 s left, resumed from step 90", text);
    }

    private static async Task<(string[] Lines, RunView Last)> ShowAsync(params RunView[] views)
    {
        using var output = new StringWriter();
        var display = new ProgressLines(new Screen(json: false, output, TextWriter.Null), TimeProvider.System);

        var last = await display.ShowAsync(show =>
        {
            foreach (var view in views)
            {
                show(view);
            }

            return Task.FromResult(views[^1]);
        });

        return (output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), last);
    }

    private static RunProgress Training(int done, int resumedFrom) => new()
    {
        Stage = RunStates.Training,
        Done = done,
        Total = 1600,
        Loss = 0.8123,
        TokensPerSecond = 5300.4,
        SecondsLeft = 125,
        ResumedFromStep = resumedFrom,
    };

    private static RunView View(string state) => new()
    {
        Run = "run-1",
        Project = "p",
        State = state,
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Seconds = 1,
        Attempt = 1,
        Stalled = false,
        Inputs = [],
    };
}
