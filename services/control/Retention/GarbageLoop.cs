using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Retention;

/// <summary>Collects garbage from time to time while the process lives.</summary>
public sealed class GarbageLoop(GarbageCollector collector, IOptions<RetentionOptions> options, TimeProvider time, ILogger<GarbageLoop> log) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.Interval, time, stoppingToken);
            try
            {
                await collector.CollectAsync(dryRun: false, "control", stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                log.LoopFailed(problem, "garbage");
            }
        }
    }
}
