namespace LoraMesh.Trainer.Training;

/// <summary>
/// Where a training goes back to, once and with a lower rate, when a step's figures are no longer numbers. Which steps may be
/// gone back to depends on the step's number alone, never on the clock, so that an interrupted training goes back to the same one.
/// </summary>
/// <param name="totalSteps">Optimiser steps in all.</param>
internal sealed class Retreat(int totalSteps)
{
    /// <summary>What rates are multiplied by afterwards. There is one try only, so the rate falls by more than half.</summary>
    internal const double LowerRate = 0.25;

    private const int Points = 20;
    private const int MostSteps = 500;

    private readonly int _every = Math.Clamp(totalSteps / Points, 1, MostSteps);

    /// <summary>What rates are multiplied by.</summary>
    internal double RateFactor { get; private set; } = 1;

    /// <summary>Step from which the training went back; null where it has not.</summary>
    internal int? WentBackFrom { get; private set; }

    /// <summary>The newest state from which a step went well; null before the first, and after going back.</summary>
    internal TrainingState? Point { get; private set; }

    /// <summary>Whether the state before this step is worth keeping.</summary>
    internal bool IsPoint(int step) => WentBackFrom is null && step % _every == 0;

    /// <summary>Keeps a state whose step went well.</summary>
    internal void Keep(TrainingState state) => Point = state;

    /// <summary>The state to go on from, and lower rates from now on; null where there is none, or it was taken before.</summary>
    internal TrainingState? Take(int failedStep)
    {
        if (Point is not { } point)
        {
            return null;
        }

        (Point, RateFactor, WentBackFrom) = (null, LowerRate, failedStep);
        return point;
    }

    internal void Restore(TrainingState state) => (RateFactor, WentBackFrom, Point) = (state.RateFactor, state.WentBackFrom, state.Retreat);
}
