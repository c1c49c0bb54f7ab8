using System.Diagnostics.Metrics;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Telemetry;

/// <summary>What waits, stands still or was put aside, read from registry and store now and then, for those who watch.</summary>
public sealed class ControlGauges : BackgroundService
{
    private const int MostMessages = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly RegistryStore _registry;
    private readonly MessageQuarantine _quarantine;
    private readonly TimeProvider _time;
    private readonly ILogger<ControlGauges> _log;
    private readonly bool _wanted;
    private volatile Snapshot _now = new([], 0, 0, 0, 0);

    /// <summary>Made once a process by the container.</summary>
    public ControlGauges(IMeterFactory meters, RegistryStore registry, MessageQuarantine quarantine, IOptions<TelemetryOptions> options, TimeProvider time, ILogger<ControlGauges> log)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(options);
        (_registry, _quarantine, _time, _log) = (registry, quarantine, time, log);
        _wanted = options.Value.Metrics || options.Value.OtlpEndpoint is not null;
        var meter = meters.Create("LoraMesh.Control");
        meter.CreateObservableGauge("loramesh.runs.open", () => _now.Open.Select(state => new Measurement<int>(state.Count, new KeyValuePair<string, object?>("loramesh.run.state", state.State))), "{run}", "Runs that have not ended");
        meter.CreateObservableGauge("loramesh.runs.stalled", () => _now.Stalled, "{run}", "Open runs whose job no living worker holds");
        meter.CreateObservableGauge("loramesh.outbox.pending", () => _now.Outbox, "{entry}", "Messages and blobs that wait to be published or written");
        meter.CreateObservableGauge("loramesh.drops.waiting", () => _now.Drops, "{drop}", "Drops that no run has taken");
        meter.CreateObservableGauge("loramesh.quarantine.messages", () => _now.Quarantine, "{message}", "Messages that no handler could bear; at most 1,000 are counted");
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_wanted && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                _now = await LookAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                _log.LoopFailed(problem, "gauges");
            }

            await Task.Delay(Interval, _time, stoppingToken);
        }
    }

    private async Task<Snapshot> LookAsync(CancellationToken cancellationToken)
    {
        var messages = await _quarantine.CountAsync(MostMessages, cancellationToken);
        return await _registry.ReadAsync(
            async context => new Snapshot(
                await context.Runs.Where(run => !run.Ended).GroupBy(run => run.State).Select(group => new OpenRuns(group.Key, group.Count())).ToListAsync(cancellationToken),
                await context.Runs.CountAsync(run => !run.Ended && run.Stalled, cancellationToken),
                await context.Outbox.CountAsync(row => row.SentAt == null, cancellationToken),
                await context.Drops.CountAsync(drop => drop.RunId == null, cancellationToken),
                messages),
            cancellationToken);
    }

    private sealed record Snapshot(IReadOnlyList<OpenRuns> Open, int Stalled, int Outbox, int Drops, int Quarantine);

    private sealed record OpenRuns(string State, int Count);
}
