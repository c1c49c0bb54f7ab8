namespace LoraMesh.Control.Pipeline;

/// <summary>One step of a training.</summary>
/// <param name="Step">Optimiser steps done, this one included.</param>
/// <param name="Loss">Mean loss per supervised token, in nats.</param>
/// <param name="LearningRate">Rate of the step.</param>
/// <param name="GradNorm">Norm of the gradient before clipping; null where it was not told.</param>
/// <param name="EvalLoss">Loss of held-out training rows; null where it was not measured.</param>
public sealed record CurvePoint(int Step, double Loss, double LearningRate, double? GradNorm, double? EvalLoss);
