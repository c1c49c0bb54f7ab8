namespace LoraMesh.Trainer.Training;

/// <summary>One optimiser step as it went.</summary>
/// <param name="Step">Steps done, this one included.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="Loss">Mean loss per supervised token, in nats.</param>
/// <param name="LearningRate">Rate of the step.</param>
/// <param name="GradientNorm">Norm before clipping.</param>
/// <param name="Tokens">Tokens of the step.</param>
public sealed record StepReport(int Step, int TotalSteps, double Loss, double LearningRate, double GradientNorm, int Tokens);
