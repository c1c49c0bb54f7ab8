namespace LoraMesh.BaseModel.Corpus.WordNet;

/// <summary>A WordNet meaning: its words, definition, example sentences, the words of its kind and its opposites.</summary>
public sealed record Synset(string PartOfSpeech, IReadOnlyList<string> Words, string Definition, IReadOnlyList<string> Examples)
{
    /// <summary>Words of the more general meaning ("trout" → "fish"); empty where there is none.</summary>
    public IReadOnlyList<string> Kinds { get; set; } = [];

    /// <summary>Words of the opposite meaning.</summary>
    public IReadOnlyList<string> Opposites { get; set; } = [];
}
