namespace LoraMesh.DatasetPrep.Rows;

/// <summary>What a row holds once it is read, whatever its format and schema were.</summary>
internal sealed record RowContent
{
    /// <summary>The word for its schema in reports, such as <c>messages</c>.</summary>
    public string Schema { get; init; } = string.Empty;

    /// <summary>Which of the members below are filled.</summary>
    public required RowKind Kind { get; init; }

    /// <summary>The conversation, or of a preference pair its prompt.</summary>
    public IReadOnlyList<Turn> Turns { get; init; } = [];

    /// <summary>The functions that the model may call, as a canonical JSON array; null where there are none.</summary>
    public string? Tools { get; init; }

    /// <summary>Plain text to go on learning from.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The better answer of a preference pair.</summary>
    public IReadOnlyList<Turn> Chosen { get; init; } = [];

    /// <summary>The worse answer of a preference pair.</summary>
    public IReadOnlyList<Turn> Rejected { get; init; } = [];

    /// <summary>Token ids that were made elsewhere.</summary>
    public IReadOnlyList<int> Ids { get; init; } = [];

    /// <summary>The labels to them; as many.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <summary>Values of the fields that the configuration asks to carry along (to group, stratify or order rows by), in the order asked for; null where the row has none.</summary>
    public IReadOnlyList<string?> Carried { get; init; } = [];

    /// <summary>The conversation as plain text messages, for those who look at texts only.</summary>
    public IEnumerable<Turn> AllTurns => [.. Turns, .. Chosen, .. Rejected];
}
