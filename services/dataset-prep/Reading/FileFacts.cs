namespace LoraMesh.DatasetPrep.Reading;

/// <summary>What was found out about a file while it was read.</summary>
internal sealed record FileFacts
{
    /// <summary>Its name.</summary>
    public required string File { get; init; }

    /// <summary>Its length on disk.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its layout; null where it could not be recognised.</summary>
    public string? Format { get; init; }

    /// <summary>How it is compressed.</summary>
    public string Compression { get; init; } = "none";

    /// <summary>How its characters are written.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>Rows read from it, good or bad.</summary>
    public long Rows { get; init; }
}
