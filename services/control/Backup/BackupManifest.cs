namespace LoraMesh.Control.Backup;

/// <summary>What a backup says of itself; written last, so a folder without it is no backup.</summary>
public sealed record BackupManifest
{
    /// <summary>Its file in the backup's folder.</summary>
    public const string FileName = "backup.json";

    /// <summary>The format that this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the format.</summary>
    public required int Format { get; init; }

    /// <summary>The registry is as it was at this moment; blobs may be a little newer.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>Kind of the database it was read from; it can be restored into any.</summary>
    public required string Database { get; init; }

    /// <summary>Name of the newest migration of its tables, without the time before it.</summary>
    public required string Schema { get; init; }

    /// <summary>Rows by table.</summary>
    public required IReadOnlyDictionary<string, long> Rows { get; init; }

    /// <summary>SHA-256 of <see cref="BackupFolder.RegistryName"/>.</summary>
    public required string RegistrySha256 { get; init; }

    /// <summary>SHA-256 of <see cref="BackupFolder.BlobsName"/>.</summary>
    public required string BlobsSha256 { get; init; }

    /// <summary>How many blobs it holds.</summary>
    public required long Blobs { get; init; }

    /// <summary>Bytes of these blobs.</summary>
    public required long Bytes { get; init; }
}

/// <summary>One blob of a backup; a line of <see cref="BackupFolder.BlobsName"/>.</summary>
/// <param name="Bucket">Its bucket.</param>
/// <param name="Key">Its key.</param>
/// <param name="ETag">What the store called its content; the next backup copies it again only if this has changed.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its content, and the name of the file that holds it.</param>
public sealed record BackupBlob(string Bucket, string Key, string ETag, long Bytes, string Sha256);
