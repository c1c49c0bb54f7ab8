using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer;

/// <summary>What a finished training leaves on this machine.</summary>
/// <param name="Folder">PEFT folder; whoever takes the result deletes it.</param>
/// <param name="Steps">Optimiser steps.</param>
/// <param name="Loss">Loss of the last step.</param>
/// <param name="Best">Best measurement of held-out rows, or null.</param>
/// <param name="Preflight">What was seen before the first step.</param>
/// <param name="EnergyJoules">Energy of the processor packages meanwhile; null where they do not tell.</param>
/// <param name="Metrics">Loss curve, one JSON object per line.</param>
internal sealed record TrainingResult(string Folder, int Steps, double Loss, BestState? Best, Preflight Preflight, double? EnergyJoules, IReadOnlyList<string> Metrics);
