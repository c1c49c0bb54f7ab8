using MassTransit;

namespace LoraMesh.Control.Outbox;

/// <summary>Runs the dispatcher while the process lives, once every queue of this process is bound.</summary>
public sealed class OutboxLoop(OutboxDispatcher dispatcher, IBusControl bus, TimeProvider time, ILogger<OutboxLoop> log) : BackgroundService
{
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A message published before its queue is bound is lost without an error.
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
        var pruned = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = TimeSpan.FromSeconds(1);
            try
            {
                if (time.GetUtcNow() - pruned > PruneEvery)
                {
                    pruned = time.GetUtcNow();
                    await dispatcher.PruneAsync(stoppingToken);
                }

                pause = await dispatcher.DispatchAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                log.LoopFailed(problem, "outbox");
            }

            await dispatcher.Added.WaitAsync(pause, time, stoppingToken);
        }
    }
}
