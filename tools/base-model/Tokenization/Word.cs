namespace LoraMesh.BaseModel.Tokenization;

/// <summary>A piece of text as symbols, with how often it occurs.</summary>
internal sealed record Word(List<int> Symbols, int Count);
