namespace LoraMesh.Trainer.Training;

/// <summary>
/// Everything that the rest of a training depends on; restored, the run goes on to the same bytes. Rates, row order and what
/// dropout drops are functions of configuration and step, so the step is their state.
/// </summary>
public sealed record TrainingState
{
    /// <summary>Optimiser steps done.</summary>
    public required int Step { get; init; }

    /// <summary>The adapter's numbers.</summary>
    public required float[] Parameters { get; init; }

    /// <summary>AdamW's running mean of gradients.</summary>
    public required float[] FirstMoment { get; init; }

    /// <summary>AdamW's running mean of squared gradients.</summary>
    public required float[] SecondMoment { get; init; }

    /// <summary>SHA-256 of what is trained on, in hexadecimal; null where nobody asked.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>What every rate is multiplied by; below 1 once the training has gone back.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Step whose figures were no numbers, from which the training has gone back; null where it has not.</summary>
    public int? WentBackFrom { get; init; }

    /// <summary>Parts that micro-batches are cut into, which decides how sums are rounded.</summary>
    public int Split { get; init; } = 1;

    /// <summary>The best measurement of held-out rows, and the adapter at that time; null where there is none.</summary>
    public BestState? Best { get; init; }

    /// <summary>Measurements since the last gain.</summary>
    public int EvaluationsWithoutGain { get; init; }

    /// <summary>Where a failing step would go back to; null where it cannot.</summary>
    public TrainingState? Retreat { get; init; }
}
