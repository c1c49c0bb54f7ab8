namespace LoraMesh.BaseModel.Tokenization;

/// <summary>The learned vocabulary: symbol names by id, and the pairs in the order in which they were joined, and the tokens that the texts come to.</summary>
public sealed record Merges(IReadOnlyList<string> Symbols, IReadOnlyList<(int Left, int Right)> Pairs, long CorpusTokens);
