using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer;

/// <summary>What a finished training leaves on this machine.</summary>
/// <param name="Folder">PEFT folder; whoever takes the result deletes it.</param>
/// <param name="Steps">Optimiser steps.</param>
/// <param name="Loss">Loss of the last step.</param>
/// <param name="Best">Best measurement of held-out rows, or null.</param>
/// <param name="Metrics">Loss curve, one JSON object per line.</param>
internal sealed record TrainingResult(string Folder, int Steps, double Loss, BestState? Best, IReadOnlyList<string> Metrics);
