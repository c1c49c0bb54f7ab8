using LoraMesh.Client;
using LoraMesh.Contracts;
using LoraMesh.EndToEndTests.Fixtures;

namespace LoraMesh.EndToEndTests;

public sealed class CrashTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(8));

    public void Dispose()
    {
        _limit.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Suite_KilledInTraining_GoesOnFromTheCheckpointAndPromotes()
    {
        var files = _folder.WriteTickets(rows: 300, Configs.Lasting);
        var first = await RunningSuite.StartAsync(_folder.Data);
        await using var drop = first.StartDrop("tickets", files);
        var killedAt = await KillAfterCheckpointAsync(first);

        await using var second = await RunningSuite.StartAsync(_folder.Data, first.Address);
        var steps = await FollowAsync(second, killedAt.Run);
        var outcome = await drop.WaitAsync();

        Assert.True(outcome.ExitCode == 0, $"{outcome.Everything}\n{second.Everything}");
        Assert.Equal(killedAt.Run, outcome.Json.GetProperty("run").GetString());
        Assert.Equal("promoted", outcome.Json.GetProperty("state").GetString());
        Assert.True(steps.ResumedFrom >= killedAt.Progress!.CheckpointStep, $"resumed from step {steps.ResumedFrom}, checkpoint was at {killedAt.Progress.CheckpointStep}");
        Assert.True(steps.First >= steps.ResumedFrom, $"step {steps.First} was done although training resumed from {steps.ResumedFrom}");
    }

    private async Task<RunView> KillAfterCheckpointAsync(RunningSuite suite)
    {
        await using (suite)
        {
            var run = await FirstRunAsync(suite.Client);
            await foreach (var view in suite.Client.EventsAsync(run, _limit.Token))
            {
                Assert.False(RunStates.IsTerminal(view.State), $"the run ended {view.State} before it could be killed: {view.Reason}\n{suite.Everything}");
                if (view.Progress is { Stage: RunStates.Training, CheckpointStep: > 0 } progress && progress.Done < progress.Total)
                {
                    await suite.KillAsync();
                    return view;
                }
            }
        }

        throw new InvalidOperationException("The events ended before a checkpoint was made.");
    }

    private async Task<string> FirstRunAsync(SuiteClient client)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await timer.WaitForNextTickAsync(_limit.Token))
        {
            if (await client.ListRunsAsync("tickets", limit: 1, _limit.Token) is [var run, ..])
            {
                return run.Run;
            }
        }

        throw new InvalidOperationException("The timer ended.");
    }

    private async Task<(int First, int ResumedFrom)> FollowAsync(RunningSuite suite, string run)
    {
        var first = int.MaxValue;
        var resumedFrom = 0;
        var follower = new RunFollower(suite.Client, TimeProvider.System, _ => { });
        await follower.FollowAsync(run, Look, _limit.Token);
        return (first, resumedFrom);

        // Until the new attempt reports, control shows what the killed one reported last.
        void Look(RunView view)
        {
            if (view.Progress is { Stage: RunStates.Training, ResumedFromStep: > 0 and var from } progress)
            {
                resumedFrom = Math.Max(resumedFrom, from);
                first = Math.Min(first, progress.Done);
            }
        }
    }
}
