using System.Diagnostics;
using LoraMesh.UnitTests.Hosting.Jobs;
using LoraMesh.UnitTests.Storage;

namespace LoraMesh.UnitTests.Hosting.Telemetry;

public sealed class JobTelemetryTests
{
    [Fact]
    public async Task Job_OfACommandInATrace_IsASpanOfThatTraceAndSoIsWhatItAnnounces()
    {
        using var folder = new TemporaryFolder();
        using var recorded = new RecordedActivities();
        await using var worker = await Worker.StartAsync(folder, TimeProvider.System);
        using var root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        root.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        root.Start();

        await worker.SendAsync("run-1", "run-1-work");
        root.Stop();
        await worker.NextEventAsync<WorkDone>();
        await worker.UntilReleasedAsync("run-1", "run-1-work");
        await worker.StopAsync();

        var spans = recorded.Of(root.TraceId.ToHexString());
        var job = Assert.Single(spans, span => span.DisplayName == "job DoWork");
        Assert.Equal("run-1", job.GetTagItem("loramesh.run"));
        Assert.Equal("WorkDone", job.GetTagItem("loramesh.outcome"));
        Assert.Equal(ActivityStatusCode.Unset, job.Status);
        Assert.Contains(spans, span => span.ParentSpanId == job.SpanId && span.DisplayName.Contains("WorkDone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Job_ThatFails_IsASpanInError()
    {
        using var folder = new TemporaryFolder();
        using var recorded = new RecordedActivities();
        await using var worker = await Worker.StartAsync(folder, TimeProvider.System);
        worker.Script.Act = (_, _) => throw new InvalidOperationException("a fault");
        using var root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        root.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        root.Start();

        await worker.SendAsync("run-2", "run-2-work");
        root.Stop();
        await worker.NextEventAsync<WorkFailed>();
        await worker.UntilReleasedAsync("run-2", "run-2-work");
        await worker.StopAsync();

        var job = Assert.Single(recorded.Of(root.TraceId.ToHexString()), span => span.DisplayName == "job DoWork");
        Assert.Equal(("WorkFailed", ActivityStatusCode.Error), (job.GetTagItem("loramesh.outcome"), job.Status));
    }
}
