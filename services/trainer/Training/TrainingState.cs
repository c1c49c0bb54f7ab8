namespace LoraMesh.Trainer.Training;

/// <summary>Everything that the rest of a training depends on; restored, the run goes on to the same bytes.</summary>
/// <param name="Step">Optimiser steps done.</param>
/// <param name="Parameters">The adapter's numbers.</param>
/// <param name="FirstMoment">AdamW's running mean of gradients.</param>
/// <param name="SecondMoment">AdamW's running mean of squared gradients.</param>
public sealed record TrainingState(int Step, float[] Parameters, float[] FirstMoment, float[] SecondMoment);
