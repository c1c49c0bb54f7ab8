namespace LoraMesh.Control.Registry.Rows;

/// <summary>One entry of the ledger: these bytes lay under this key. Bucket, key and ETag together are unique.</summary>
public sealed class DropRow
{
    /// <summary>Primary key.</summary>
    public long Id { get; init; }

    /// <summary>Bucket of the object.</summary>
    public required string Bucket { get; init; }

    /// <summary>Key of the object.</summary>
    public required string Key { get; init; }

    /// <summary>ETag of the object.</summary>
    public required string ETag { get; init; }

    /// <summary>Project that the key belongs to.</summary>
    public required string Project { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>When these bytes were first seen; the quiet period counts from the newest.</summary>
    public required DateTimeOffset SeenAt { get; set; }

    /// <summary>SHA-256 of the bytes, once they were read.</summary>
    public string? Sha256 { get; set; }

    /// <summary>First run that took them; null while they wait.</summary>
    public string? RunId { get; set; }
}
