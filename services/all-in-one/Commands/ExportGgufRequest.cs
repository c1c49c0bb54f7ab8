namespace LoraMesh.AllInOne.Commands;

/// <summary>What <c>export-gguf</c> was asked for.</summary>
internal sealed record ExportGgufRequest
{
    /// <summary>Folder of the base model.</summary>
    public required string Model { get; init; }

    /// <summary>PEFT folder, or null.</summary>
    public string? Adapter { get; init; }

    /// <summary>Whether the adapter goes into the base model.</summary>
    public bool Merge { get; init; }

    /// <summary>Type of the matrices, or null.</summary>
    public string? Type { get; init; }

    /// <summary>File to write.</summary>
    public required string Output { get; init; }
}
