using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>One micro-batch as it went.</summary>
/// <param name="Loss">Its share of the loss of the accumulated batch.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Preferences">What a preference loss was made of.</param>
internal sealed record MicroReport(double Loss, int Tokens, DpoReport? Preferences = null);
