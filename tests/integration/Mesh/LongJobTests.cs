using System.Globalization;
using LoraMesh.Contracts;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>Faults at their real length.</summary>
[Collection(MeshTests.Name)]
public sealed class LongJobTests(MeshFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [LongFact]
    public async Task TrainingOfThreeMinutes_UnderAnAcknowledgementTimeoutOfOne_IsDoneOnceAndHoldsNothingUp()
    {
        var seconds = await SecondsPerStepAsync();
        // The broker looks once a minute; whoever holds a message for longer loses its channel. Channels take the value over when they open.
        await fixture.Mesh.Broker.ControlAsync("eval", "application:set_env(rabbit, consumer_timeout, 60000).");
        await fixture.Mesh.Broker.ControlAsync("close_all_connections", "test");
        // Twice of what is needed: on a busy machine the pace of the first steps is not that of the rest.
        var steps = string.Create(CultureInfo.InvariantCulture, $"{(int)Math.Ceiling(TimeSpan.FromMinutes(7).TotalSeconds / seconds)}");
        await DropAsync("long-job", $"training:\n  max_steps: {steps}\nevaluation:\n  max_rows: 2\n");
        var begun = await fixture.Mesh.Client.WaitForAsync("long-job", run => run.State == RunStates.Training, "begun to train", Patience);

        // An idle worker takes what comes meanwhile.
        var second = await fixture.Mesh.AddAsync("trainer");
        await DropAsync("beside-long-job", Samples.Short);
        await fixture.Mesh.Client.WaitForEndAsync("beside-long-job", Patience);
        Assert.Equal(RunStates.Training, (await fixture.Mesh.Client.WaitForAsync("long-job", _ => true, "been there")).State);
        var trained = await fixture.Mesh.Client.WaitForAsync("long-job", run => run.AdapterId is not null, "been trained", Patience);

        Assert.True(trained.UpdatedAt - begun.UpdatedAt > TimeSpan.FromMinutes(3), $"it took only {trained.UpdatedAt - begun.UpdatedAt}");
        await fixture.Mesh.Client.WaitForEndAsync("long-job", Patience);
        Assert.Single(fixture.Mesh.Services.SelectMany(service => service.Lines), line => line.Contains($"{begun.Run}-train: attempt", StringComparison.Ordinal));
        Assert.Equal(0, await fixture.Mesh.RemoveAsync(second));
    }

    [LongFact]
    public async Task Store_GoneForAMinuteInTraining_IsWaitedFor() =>
        await EndsAsCalmAfterAsync("store-minute", fixture.Mesh.Store.StopAsync, fixture.Mesh.Store.StartAgainAsync, TimeSpan.FromSeconds(60));

    [LongFact]
    public async Task Broker_GoneForAMinuteInTraining_IsWaitedFor() =>
        await EndsAsCalmAfterAsync("broker-minute", fixture.Mesh.Broker.StopAsync, fixture.Mesh.Broker.StartAgainAsync, TimeSpan.FromSeconds(60));

    [LongFact]
    public async Task Control_DeadForFiveMinutesInTraining_TakesTheResultWhenItIsBack() =>
        await EndsAsCalmAfterAsync("control-minutes", _ => fixture.Mesh.Service("control").KillAsync(), fixture.Mesh.Service("control").StartAsync, TimeSpan.FromMinutes(5));

    private async Task EndsAsCalmAfterAsync(string project, Func<CancellationToken, Task> end, Func<CancellationToken, Task> begin, TimeSpan gone)
    {
        var calm = await fixture.CalmAsync();
        await fixture.DropAsync(project);
        await fixture.Mesh.Client.WaitForAsync(project, run => run.Progress is { Stage: RunStates.Training, CheckpointStep: > 0 }, "made a checkpoint");

        await end(CancellationToken.None);
        await Task.Delay(gone);
        await begin(CancellationToken.None);

        var run = await fixture.Mesh.WaitForPromotionAsync(project, Patience);
        Assert.Equal(await fixture.AdapterAsync(calm), await fixture.AdapterAsync(run));
    }

    private async Task<double> SecondsPerStepAsync()
    {
        await DropAsync("pace", "training:\n  max_steps: 40\nevaluation:\n  max_rows: 2\n");
        var run = await fixture.Mesh.Client.WaitForAsync("pace", run => run.Progress is { Stage: RunStates.Training, Done: > 10 }, "done ten steps", Patience);
        await fixture.Mesh.Client.WaitForEndAsync("pace", Patience);
        return run.Progress!.SecondsLeft / (run.Progress.Total - run.Progress.Done);
    }

    private async Task DropAsync(string project, string config)
    {
        await fixture.Mesh.Client.DropTextAsync(project, "project.yaml", config);
        await fixture.Mesh.Client.DropTextAsync(project, "tickets.jsonl", Samples.Tickets(200));
    }
}
