namespace LoraMesh.Control.Webhooks;

/// <summary>Runs the dispatcher while the process lives.</summary>
public sealed class WebhookLoop(WebhookDispatcher dispatcher, TimeProvider time, ILogger<WebhookLoop> log) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await dispatcher.DispatchAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                log.LoopFailed(problem, "webhooks");
            }

            await Task.Delay(Poll, time, stoppingToken);
        }
    }
}
