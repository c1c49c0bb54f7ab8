namespace LoraMesh.Trainer.Checkpoints;

/// <summary>This worker was taken for dead and another one has gone on; what it still writes must not count.</summary>
public sealed class StaleFenceException(string runId, long own, long current)
    : Exception($"Run {runId}: the checkpoint bears fence {current}, this worker has {own}. Another worker has gone on with the job.");
