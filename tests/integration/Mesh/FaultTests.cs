using LoraMesh.Contracts;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>What fails while a run is under way: the run waits, goes on by itself, and ends with the bytes of a run that nothing disturbed.</summary>
[Collection(MeshTests.Name)]
public sealed class FaultTests(MeshFixture fixture)
{
    [DockerFact]
    public async Task Broker_RestartedInTraining_CostsNothingButTime()
    {
        var run = await TrainAsync("broker-restart");

        await fixture.Mesh.Broker.StopAsync();
        await AllSayAsync("degraded");
        await fixture.Mesh.Client.DropTextAsync("broker-restart-late", "project.yaml", "model: none-such");
        await fixture.Mesh.Client.DropTextAsync("broker-restart-late", "rows.jsonl", "{}");
        await fixture.Mesh.Broker.StartAgainAsync();

        await EndsAsCalmAsync(run);
        // Nobody announced this one.
        Assert.Equal("base_model_missing", (await fixture.Mesh.Client.WaitForEndAsync("broker-restart-late")).Code);
        await AllSayAsync("healthy");
    }

    [DockerFact]
    public async Task Store_GoneUntilTheLeaseIsLost_IsWaitedFor()
    {
        var run = await TrainAsync("store-outage");
        var trainer = fixture.Mesh.Service("trainer");

        await fixture.Mesh.Store.StopAsync();
        await AllSayAsync("unhealthy");
        await fixture.Mesh.UntilWrittenAsync(trainer, "could not be renewed");
        await fixture.Mesh.Store.StartAgainAsync();

        await EndsAsCalmAsync(run);
        await AllSayAsync("healthy");
    }

    [DockerFact]
    public async Task Control_DeadWhileTrainingEnds_TakesTheResultWhenItIsBack()
    {
        var run = await TrainAsync("control-down");
        var control = fixture.Mesh.Service("control");

        await control.KillAsync();
        await fixture.Mesh.UntilWrittenAsync(fixture.Mesh.Service("trainer"), $"{run.Run}-train ended with AdapterTrained");
        await control.StartAsync();

        var ended = await EndsAsCalmAsync(run);
        Assert.Equal(1, ended.Attempt);
    }

    [DockerFact]
    public async Task EveryWorker_KilledAtWork_IsReplacedAndResumed()
    {
        const string Project = "killed-workers";
        await fixture.CalmAsync();
        await fixture.DropAsync(Project);

        await KillAtWorkAsync(Project, "dataset-prep", "prepare");
        await KillAtWorkAsync(Project, "trainer", "train");
        await KillAtWorkAsync(Project, "evaluator", "evaluate");
        var evaluated = await fixture.Mesh.Client.WaitForAsync(Project, run => run.Version is not null, "been evaluated");
        await fixture.Mesh.Service("inference").KillAsync();
        await fixture.Mesh.Service("inference").StartAsync();

        await EndsAsCalmAsync(evaluated);
        Assert.NotEmpty(await fixture.Mesh.AskAsync(Project, Samples.Question));
    }

    [DockerFact]
    public async Task TrainersDisk_Full_IsWaitedForVisibly_AndGoesOnWhenThereIsRoom()
    {
        const string Project = "full-disk";
        await fixture.CalmAsync();
        using var disk = new SmallDisk(megabytes: 96);
        var usual = fixture.Mesh.Service("trainer");
        await usual.StopAsync();
        var cramped = await fixture.Mesh.AddAsync("trainer", new Dictionary<string, string> { ["Storage:Folder"] = disk.Path });
        disk.Fill();

        await fixture.DropAsync(Project);
        var waiting = await fixture.Mesh.Client.WaitForAsync(Project, run => run.Progress?.Waiting is not null, "waited for room");
        disk.MakeRoom();

        var ended = await EndsAsCalmAsync(waiting);
        Assert.Contains("No space left on device", waiting.Progress!.Waiting, StringComparison.Ordinal);
        Assert.Equal(1, ended.Attempt);
        await fixture.Mesh.RemoveAsync(cramped);
        await usual.StartAsync();
    }

    // A training in flight, with a checkpoint behind it.
    private async Task<RunView> TrainAsync(string project)
    {
        await fixture.CalmAsync();
        await fixture.DropAsync(project);
        return await fixture.Mesh.Client.WaitForAsync(project, run => run.Progress is { Stage: RunStates.Training, CheckpointStep: > 0 }, "made a checkpoint");
    }

    private async Task KillAtWorkAsync(string project, string service, string stage)
    {
        var process = fixture.Mesh.Service(service);
        var run = await fixture.Mesh.Client.WaitForAsync(project, _ => true, "begun");
        var missed = 0;
        await fixture.Mesh.UntilAsync(
            async () =>
            {
                // A fence without its lease, twice: the job was so short that no look met it at work.
                var keys = await fixture.Mesh.KeysAsync(Buckets.Runs, $"{run.Run}/jobs/{run.Run}-{stage}");
                return Any(keys, ".lease.json") || (Any(keys, ".fence.json") && ++missed > 1);
            },
            $"{service} takes its job of {run.Run}");
        await process.KillAsync();
        await process.StartAsync();
    }

    private static bool Any(IEnumerable<string> keys, string ending) => keys.Any(key => key.EndsWith(ending, StringComparison.Ordinal));

    private async Task<RunView> EndsAsCalmAsync(RunView run)
    {
        var ended = await fixture.Mesh.WaitForPromotionAsync(run.Project);

        Assert.Equal(run.Run, ended.Run);
        Assert.Null(ended.Code);
        Assert.Equal(await fixture.AdapterAsync(await fixture.CalmAsync()), await fixture.AdapterAsync(ended));
        await fixture.Mesh.UntilAsync(async () => (await fixture.Mesh.MessagesAsync()).Count == 0, $"every queue is empty after {run.Project}");
        return ended;
    }

    private Task AllSayAsync(string health) => fixture.Mesh.UntilAsync(
        async () => (await Task.WhenAll(fixture.Mesh.Services.Select(service => service.HealthAsync()))).All(found => found == health),
        $"every service says that it is {health}");
}
