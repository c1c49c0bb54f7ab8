using LoraMesh.Contracts;
using LoraMesh.UnitTests.Control.Api;
using LoraMesh.UnitTests.Hosting.Telemetry;

namespace LoraMesh.UnitTests.Control.Telemetry;

public sealed class RunTraceTests
{
    [Fact]
    public async Task Run_FromDropToPromotion_IsOneTraceWithARootOfItsOwn()
    {
        using var recorded = new RecordedActivities();
        var control = await ApiHarness.StartAsync(workers: true);

        var drop = await control.DropAsync("tickets", "a.jsonl", "a");
        var run = (await control.FollowAsync(await control.RunOfAsync(drop), view => RunStates.IsTerminal(view.State)))[^1];
        await control.DisposeAsync();

        Assert.Equal(RunStates.Promoted, run.State);
        var spans = recorded.Of(Assert.IsType<string>(run.TraceId));
        var root = Assert.Single(spans, span => span.ParentSpanId == default);
        Assert.Equal("run tickets", root.DisplayName);
        foreach (var command in new[] { nameof(PrepareDataset), nameof(TrainAdapter), nameof(EvaluateAdapter), nameof(AdapterPromoted) })
        {
            var publish = Assert.Single(spans, span => span.DisplayName == $"publish {command}");
            Assert.Equal(root.SpanId, publish.ParentSpanId);
        }

        // What the workers answered is of the same trace, though it came by the bus.
        Assert.Contains(spans, span => span.DisplayName.Contains(nameof(AdapterDeployed), StringComparison.Ordinal));
        var whole = Assert.Single(spans, span => span.DisplayName == "run ended as promoted");
        Assert.Equal(run.CreatedAt.UtcDateTime, whole.StartTimeUtc);
        Assert.Equal(run.UpdatedAt - run.CreatedAt, whole.Duration);
    }
}
