namespace LoraMesh.Hosting.Configuration.Yaml;

/// <summary>A piece of a YAML document and where it stands (1-based).</summary>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Shown { get; }
}

/// <summary>A single value; plain where it was written without quotes.</summary>
internal sealed record YamlScalar(string Value, bool Plain, int Line, int Column) : YamlNode(Line, Column)
{
    private const int MaxShown = 60;

    public bool IsNull => Plain && Value is ("" or "~" or "null" or "Null" or "NULL");

    public override string Shown => IsNull
        ? "nothing"
        : $"{(Plain ? "" : "the text ")}'{(Value.Length <= MaxShown ? Value : Value[..MaxShown] + "…")}'";
}

/// <summary>A list of values.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Shown => "a list";
}

/// <summary>Keys and their values, in the order written.</summary>
internal sealed record YamlMap(IReadOnlyList<(YamlScalar Key, YamlNode Value)> Entries, int Line, int Column) : YamlNode(Line, Column)
{
    public override string Shown => "a section with keys";
}
