using LoraMesh.Trainer.Checkpoints;

namespace LoraMesh.Trainer.Training;

/// <summary>
/// Takes a run from where it is to its end: a line of metrics for every step, a checkpoint every few seconds and where it is
/// told to stop. It computes on the thread that calls; checkpoints are written beside it.
/// </summary>
/// <param name="run">The training.</param>
/// <param name="checkpoints">Where checkpoints go; null for none.</param>
/// <param name="earlier">Metrics of the steps before, one JSON object each.</param>
/// <param name="checkpointSeconds">Seconds between two checkpoints.</param>
/// <param name="clock">Clock.</param>
/// <param name="turn">Whose turn it is to compute, where others train beside this one.</param>
internal sealed class TrainingLoop(TrainingRun run, CheckpointStore? checkpoints, IEnumerable<string> earlier, double checkpointSeconds, TimeProvider clock, ComputeTurn? turn = null)
{
    // Whoever stops a training waits for 10 seconds; a store that does not answer gets most of them.
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(8);

    private readonly List<string> _metrics = [.. earlier];
    private Task _saving = Task.CompletedTask;
    private int _checkpointStep = run.Step;

    /// <summary>Every step so far, one JSON object each.</summary>
    internal IReadOnlyList<string> Metrics => _metrics;

    /// <summary>Step of the newest checkpoint; any thread may ask.</summary>
    internal int CheckpointStep => Volatile.Read(ref _checkpointStep);

    /// <summary>Trains to the end.</summary>
    /// <param name="told">Hears of every step.</param>
    /// <param name="cancellationToken">Ends it between two layers; what the last full step left is checkpointed.</param>
    /// <exception cref="TrainingFailedException">It cannot succeed.</exception>
    /// <exception cref="StaleFenceException">Another worker has gone on with it.</exception>
    internal void Run(Action<StepReport> told, CancellationToken cancellationToken)
    {
        var saved = clock.GetTimestamp();
        try
        {
            while (!run.IsDone)
            {
                var step = turn is null ? run.Next(cancellationToken) : turn.Take(() => run.Next(cancellationToken), cancellationToken);
                _metrics.Add(step.ToJson());
                if (checkpoints is not null && _saving.IsCompleted && clock.GetElapsedTime(saved).TotalSeconds >= checkpointSeconds)
                {
                    Finish(); // Throws where the last one failed.
                    Checkpoint(CancellationToken.None);
                    saved = clock.GetTimestamp();
                }

                told(step);
            }

            Finish();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Finish();
            if (checkpoints is not null && CheckpointStep != run.Step)
            {
                using var limit = new CancellationTokenSource(LastWrite, clock);
                Checkpoint(limit.Token);
                Finish();
            }

            throw;
        }
    }

    private void Checkpoint(CancellationToken cancellationToken)
    {
        var state = run.Capture();
        var metrics = _metrics.ToArray();
        _saving = Task.Run(
            async () =>
            {
                await checkpoints!.PutAsync(state, metrics, cancellationToken);
                Volatile.Write(ref _checkpointStep, state.Step);
            },
            CancellationToken.None);
    }

    // This thread has no other work; it waits as it would for its own write.
    private void Finish() => _saving.GetAwaiter().GetResult();
}
