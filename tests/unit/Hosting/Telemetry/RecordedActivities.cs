using System.Collections.Concurrent;
using System.Diagnostics;

namespace LoraMesh.UnitTests.Hosting.Telemetry;

/// <summary>Every span of the suite's and the bus's sources while it lives, also of tests beside: ask by trace.</summary>
internal sealed class RecordedActivities : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;

    public RecordedActivities()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MassTransit" || source.Name.StartsWith("LoraMesh.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Of(string traceId) => [.. _ended.Where(activity => activity.TraceId.ToHexString() == traceId)];

    public void Dispose() => _listener.Dispose();
}
