namespace LoraMesh.Model.Gguf;

/// <summary>What was read of a GGUF adapter.</summary>
/// <param name="Pairs">Number of pairs.</param>
/// <param name="Rank">The rank that most of them have.</param>
/// <param name="Alpha">Numerator of their scale.</param>
/// <param name="Ignored">Tensors that llama.cpp uses for nothing, and so does this.</param>
public sealed record ImportedAdapter(int Pairs, int Rank, double Alpha, IReadOnlyList<string> Ignored);
