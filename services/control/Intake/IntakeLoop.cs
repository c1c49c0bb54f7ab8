namespace LoraMesh.Control.Intake;

/// <summary>Runs the reconciler while the process lives: at start, at each hint, and in its own rhythm.</summary>
public sealed class IntakeLoop(InboxReconciler reconciler, IntakeSignal signal, TimeProvider time, ILogger<IntakeLoop> log) : BackgroundService
{
    // A burst of hints becomes one look.
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = TimeSpan.FromSeconds(1);
            try
            {
                pause = await reconciler.StepAsync(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                log.LoopFailed(problem, "intake");
            }

            await signal.Wake.WaitAsync(pause, time, stoppingToken);
            await Task.Delay(Burst, time, stoppingToken);
        }
    }
}
