namespace LoraMesh.Contracts;

/// <summary>Names one blob and what its bytes must be; whoever reads it verifies both size and hash.</summary>
public sealed record BlobRef
{
    /// <summary>Bucket name, one of <see cref="Buckets"/>.</summary>
    public required string Bucket { get; init; }

    /// <summary>Key inside the bucket, with '/' between its parts.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of the bytes, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Bytes { get; init; }
}
