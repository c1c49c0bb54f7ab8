namespace LoraMesh.Contracts;

/// <summary>A base model by name and content.</summary>
public sealed record ModelRef
{
    /// <summary>Folder name in <see cref="Buckets.Models"/>.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 over the names and hashes of its files (hexadecimal).</summary>
    public required string Digest { get; init; }

    /// <summary>Its files, ordered by key.</summary>
    public required IReadOnlyList<BlobRef> Files { get; init; }
}
