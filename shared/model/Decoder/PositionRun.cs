namespace LoraMesh.Model.Decoder;

/// <summary>Neighbouring positions of one sequence.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Length">Tokens of the sequence that they end, which decides some rotary embeddings.</param>
internal readonly record struct PositionRun(int First, int Count, int Length);
