namespace LoraMesh.BaseModel.Corpus;

/// <summary>A thing with its kind, use, place and most typical property.</summary>
public sealed record Concept(string Word, string Kind, string Use, string Place, string Property)
{
    /// <summary>The concepts of the embedded concepts.txt.</summary>
    public static IReadOnlyList<Concept> Load() => [.. GrammarFiles.Lines("words/concepts.txt")
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Select(parts => parts.Length == 5
            ? new Concept(parts[0], parts[1], parts[2], parts[3], parts[4])
            : throw new InvalidDataException($"concepts.txt: '{parts[0]}' has {parts.Length} fields; 5 are needed: word | kind | use | place | property."))];

    /// <summary>A one-sentence definition.</summary>
    public string Definition() => Polish.Prose($"a {Word} is a {Kind} for {Use}; it is usually found {Place}.");

    /// <summary>One of several ways to describe it in one to three sentences.</summary>
    public string Describe(Draw draw) => Polish.Prose(draw.Between(0, 5) switch
    {
        0 => $"a {Word} is a {Kind}. it is {Property}, and you find it {Place}.",
        1 => $"{Place}, there is often a {Word}. people think of {Use}.",
        2 => $"the {Word} is a {Property} {Kind}. think of {Use}.",
        3 => $"if you look {Place}, you may find a {Word}: a {Kind}, good for {Use}.",
        4 => $"what is {Property}, found {Place} and known for {Use}? a {Word}.",
        _ => Definition(),
    });
}
