namespace LoraMesh.Storage;

/// <summary>What a listing tells of one blob.</summary>
/// <param name="Bucket">Bucket name.</param>
/// <param name="Key">Key in the bucket.</param>
/// <param name="ETag">Changes whenever the content does; opaque.</param>
/// <param name="Bytes">Length in bytes.</param>
/// <param name="LastModified">When it was written (UTC).</param>
/// <param name="Sha256">SHA-256 of the bytes (lower-case hexadecimal) where the store knows it, otherwise null.</param>
public sealed record BlobInfo(string Bucket, string Key, string ETag, long Bytes, DateTimeOffset LastModified, string? Sha256 = null);
