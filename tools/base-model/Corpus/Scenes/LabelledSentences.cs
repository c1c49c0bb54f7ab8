namespace LoraMesh.BaseModel.Corpus.Scenes;

/// <summary>A label with its other names and the templates of sentences that deserve it.</summary>
public sealed record LabelledSentences(IReadOnlyList<string> Names, List<string> Templates)
{
    /// <summary>The usual name.</summary>
    public string Label => Names[0];
}
