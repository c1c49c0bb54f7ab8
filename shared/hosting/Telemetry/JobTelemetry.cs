using System.Diagnostics;
using System.Diagnostics.Metrics;
using LoraMesh.Hosting.Jobs;

namespace LoraMesh.Hosting.Telemetry;

/// <summary>A span and the figures of every job that a process works on, whatever its kind.</summary>
public sealed class JobTelemetry
{
    /// <summary>Name of source and meter.</summary>
    public const string Name = "LoraMesh.Jobs";

    // What happened to a job that announced no result.
    internal const string Stopped = "stopped";
    internal const string Lost = "lost";

    private static readonly ActivitySource Source = new(Name);

    private readonly UpDownCounter<int> _running;
    private readonly Histogram<double> _duration;

    /// <summary>Made once a process by the container.</summary>
    public JobTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _running = meter.CreateUpDownCounter<int>("loramesh.jobs.running", "{job}", "Jobs that this process works on");
        _duration = meter.CreateHistogram(
            "loramesh.job.duration", "s", "Time that one worker spent on a job", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600] });
    }

    internal JobSpan Begin(string command, JobIdentity identity)
    {
        _running.Add(1, Command(command));

        // The activity of the consumed command, which has ended by now, is still the current one here: the job is its child.
        var activity = Source.StartActivity($"job {command}");
        activity?.SetTag("loramesh.run", identity.RunId).SetTag("loramesh.job", identity.JobId).SetTag("loramesh.attempt", identity.Attempt);
        return new JobSpan(this, command, activity);
    }

    private static KeyValuePair<string, object?> Command(string command) => new("loramesh.command", command);

    /// <summary>One job; ends when disposed.</summary>
    internal sealed class JobSpan(JobTelemetry owner, string command, Activity? activity) : IDisposable
    {
        private readonly long _began = Stopwatch.GetTimestamp();

        /// <summary>Name of the event that told the result, or why there was none.</summary>
        internal string Outcome { get; set; } = Lost;

        public void Dispose()
        {
            owner._running.Add(-1, Command(command));
            owner._duration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, Command(command), new("loramesh.outcome", Outcome));
            activity?.SetTag("loramesh.outcome", Outcome);
            if (Outcome.EndsWith("Failed", StringComparison.Ordinal) || Outcome == Lost)
            {
                activity?.SetStatus(ActivityStatusCode.Error, Outcome);
            }

            activity?.Dispose();
        }
    }
}
