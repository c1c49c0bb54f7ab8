using LoraMesh.Model;

namespace LoraMesh.Trainer.Training;

/// <summary>Rows of one forward and backward pass.</summary>
/// <param name="Tokens">The rows, laid end to end.</param>
/// <param name="Labels">For every token its id, or -100 where it carries no loss.</param>
internal sealed record MicroBatch(TokenBatch Tokens, int[] Labels);
