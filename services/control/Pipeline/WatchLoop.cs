using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Pipeline;

/// <summary>Runs the watch while the process lives.</summary>
public sealed class WatchLoop(JobWatch watch, IOptions<ControlOptions> options, TimeProvider time, ILogger<WatchLoop> log) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await watch.LookAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                log.LoopFailed(problem, "watch");
            }

            await Task.Delay(options.Value.WatchInterval, time, stoppingToken);
        }
    }
}
