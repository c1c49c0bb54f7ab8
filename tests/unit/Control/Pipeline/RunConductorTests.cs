using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Control.Pipeline;

public sealed class RunConductorTests : IDisposable
{
    private readonly ControlHarness _control = new();

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Run_FromDropToChampion_LeavesItsTraces()
    {
        var run = await _control.PromoteRunAsync();

        Assert.Equal((RunStates.Promoted, true, 1), (run.State, run.Promoted, run.Version));
        Assert.Equal((80, 20, 3), (run.Rows!.Train, run.Rows.Test, run.Rows.Rejected));
        Assert.Equal((0.1, 0.9), (run.Base!.ExactMatch, run.Adapter!.ExactMatch));
        var adapter = Assert.Single((await _control.Get<RunViews>().AdaptersAsync("faq", CancellationToken.None)).Data);
        Assert.Equal((1, run.Run, "a" + run.Run), (adapter.Version, adapter.Run, adapter.AdapterId));
        Assert.Equal(["champion"], adapter.Aliases);
        Assert.Equal(["run_started", "adapter_promoted", "run_promoted"], (await _control.AuditAsync()).Select(entry => entry.What));
        Assert.Equal(["PrepareDataset", "TrainAdapter", "EvaluateAdapter", "lm-adapters/faq/aliases/champion.json", "AdapterPromoted", $"lm-runs/{run.Run}/run.json"], (await _control.OutboxAsync()).Select(row => row.Target));
    }

    [Fact]
    public async Task Versions_CountInEvaluationOrder_RefusedOnesToo()
    {
        await _control.PromoteRunAsync(file: "a.jsonl");
        var refused = await _control.StartRunAsync(file: "b.jsonl");
        await _control.JudgeAsync(refused, promote: false);
        await _control.PromoteRunAsync(file: "c.jsonl");
        await _control.PromoteRunAsync("other");

        var adapters = (await _control.Get<RunViews>().AdaptersAsync("faq", CancellationToken.None)).Data;
        Assert.Equal([(3, true), (2, false), (1, true)], adapters.Select(adapter => (adapter.Version, adapter.Promoted)));
        Assert.Equal([["champion"], [], ["previous"]], adapters.Select(adapter => adapter.Aliases));
        Assert.Equal(RunStates.Refused, (await _control.RunAsync(refused.Run)).State);
        Assert.Single((await _control.Get<RunViews>().AdaptersAsync("other", CancellationToken.None)).Data);
    }

    [Theory]
    [InlineData("m1", true)]
    [InlineData("m2", false)]
    public async Task Evaluation_OfASecondRun_NamesTheChampionOfTheSameBase(string modelDigest, bool compared)
    {
        await _control.PromoteRunAsync(file: "a.jsonl");
        var second = await _control.StartRunAsync(file: "b.jsonl");
        await _control.ApplyAsync(second.Run, Sample.Prepared(second.Run));
        await _control.ApplyAsync(second.Run, await _control.TrainedAsync("faq", second.Run, modelDigest));

        var command = (await _control.WaitingAsync<EvaluateAdapter>())[^1];
        Assert.Equal(compared, command.Champion is not null);
    }

    [Fact]
    public async Task Message_DeliveredTwice_IsHandledOnce()
    {
        var run = await _control.StartRunAsync();
        var id = Guid.NewGuid();

        var first = await _control.ApplyAsync(run.Run, Sample.Prepared(run.Run), id);
        var second = await _control.ApplyAsync(run.Run, Sample.Prepared(run.Run), id);

        Assert.Null(first!.Ignored);
        Assert.Null(second);
        Assert.Single(await _control.WaitingAsync<TrainAdapter>());
    }

    [Fact]
    public async Task Message_ForUnknownRun_ChangesNothing() =>
        Assert.Null(await _control.ApplyAsync("run-ffffffffffff", Sample.Prepared("run-ffffffffffff")));

    [Fact]
    public async Task Trained_WithOtherBytesThanAnnounced_IsTrainedAgain()
    {
        var run = await _control.StartRunAsync();
        await _control.ApplyAsync(run.Run, Sample.Prepared(run.Run));
        var trained = await _control.TrainedAsync("faq", run.Run);
        await _control.PutAsync(Buckets.Adapters, trained.Adapter.Key, "{}");

        await _control.ApplyAsync(run.Run, trained);

        var after = await _control.RunAsync(run.Run);
        Assert.Equal((RunStates.Training, 2), (after.State, after.Attempt));
        Assert.Equal([1, 2], (await _control.WaitingAsync<TrainAdapter>()).Select(command => command.Attempt));
        Assert.Contains("was refused", (await _control.AuditAsync())[^1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_KilledBetweenTwoMessages_GoesOnInTheNextProcess()
    {
        var run = await _control.StartRunAsync();
        await _control.ApplyAsync(run.Run, Sample.Prepared(run.Run));
        var (folder, blobs, time) = (_control.Folder, _control.Blobs, _control.Time);
        _control.Registry.Dispose();

        using var restarted = new ControlHarness(folder, blobs, time);
        await restarted.ApplyAsync(run.Run, await restarted.TrainedAsync("faq", run.Run));

        Assert.Equal(RunStates.Evaluating, (await restarted.RunAsync(run.Run)).State);
    }

    [Fact]
    public async Task Cancel_OpenRun_TellsWorkersAndFreesTheProject()
    {
        var run = await _control.StartRunAsync();
        await _control.ApplyAsync(run.Run, new CancelRun("wrong file"));
        await _control.DropAsync("faq/b.jsonl", "b");
        await _control.SettleAsync();

        Assert.Equal("wrong file", Assert.Single(await _control.WaitingAsync<RunCancelled>()).Reason);
        Assert.Equal([RunStates.Preparing, RunStates.Cancelled], (await _control.RunsAsync()).Select(view => view.State));
    }
}
