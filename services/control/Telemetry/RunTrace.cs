using System.Diagnostics;
using System.Diagnostics.Metrics;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Telemetry;

/// <summary>
/// One trace for each run. Its context is kept with the run, so that every command that control issues for it, also after
/// a restart or by another replica, belongs to the same trace; workers go on from what the messages bear.
/// </summary>
public sealed class RunTrace
{
    /// <summary>Name of source and meter.</summary>
    public const string Name = "LoraMesh.Runs";

    private static readonly ActivitySource Source = new(Name);

    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;

    /// <summary>Made once a process by the container.</summary>
    public RunTrace(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _ended = meter.CreateCounter<long>("loramesh.runs.ended", "{run}", "Runs that ended");
        _duration = meter.CreateHistogram(
            "loramesh.run.duration", "s", "Time from a run's start to its end", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [5, 30, 60, 300, 900, 3600, 4 * 3600, 24 * 3600] });
    }

    /// <summary>Id of a run's trace, or null.</summary>
    public static string? TraceId(Run run) => Context(run)?.TraceId.ToHexString();

    /// <summary>Begins a run's trace: its root. Null where nobody listens.</summary>
    public static Activity? Begin(string runId, string project)
    {
        // A root of its own: whoever dropped the data has another story.
        var before = Activity.Current;
        Activity.Current = null;
        var root = Source.StartActivity($"run {project}");
        if (root is null)
        {
            Activity.Current = before;
        }

        return Tag(root, runId, project);
    }

    /// <summary>The run whose trace something belongs to that is published for it. Null where nobody listens, or where there is no such run.</summary>
    public static async Task<Run?> FindAsync(RegistryStore registry, string? runId, CancellationToken cancellationToken)
    {
        if (runId is null || !Source.HasListeners())
        {
            return null;
        }

        var row = await registry.ReadAsync(context => context.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.RunId == runId, cancellationToken), cancellationToken);
        return row is null ? null : TransitionWriter.Read(row);
    }

    /// <summary>A span around something that is published for a run; the current one from here on. Null where the run has no trace.</summary>
    public static Activity? Publish(Run? run, string message) => run is not null && Context(run) is { } parent
        ? Tag(Source.StartActivity($"publish {message}", ActivityKind.Internal, parent), run.RunId, run.Project)
        : null;

    /// <summary>Counts a run that ended, and adds a span as long as all of it.</summary>
    public void End(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _ended.Add(1, new KeyValuePair<string, object?>("loramesh.run.state", run.State));
        _duration.Record((run.UpdatedAt - run.CreatedAt).TotalSeconds, new KeyValuePair<string, object?>("loramesh.run.state", run.State));
        if (Context(run) is { } parent)
        {
            using var whole = Tag(Source.StartActivity($"run ended as {run.State}", ActivityKind.Internal, parent, startTime: run.CreatedAt), run.RunId, run.Project);
            whole?.SetTag("loramesh.run.state", run.State).SetTag("loramesh.run.code", run.Code).SetTag("loramesh.version", run.Version).SetEndTime(run.UpdatedAt.UtcDateTime);
        }
    }

    private static ActivityContext? Context(Run run) => ActivityContext.TryParse(run.TraceParent, null, isRemote: true, out var context) ? context : null;

    private static Activity? Tag(Activity? activity, string runId, string project) => activity?.SetTag("loramesh.run", runId).SetTag("loramesh.project", project);
}
