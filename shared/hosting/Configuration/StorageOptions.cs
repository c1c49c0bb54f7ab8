using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Section <c>Storage</c>: where blobs lie.</summary>
public sealed class StorageOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Storage";

    /// <summary>Blobs lie in a folder.</summary>
    public const string FolderKind = "folder";

    /// <summary>Blobs lie on an S3 server.</summary>
    public const string S3Kind = "s3";

    /// <summary><c>folder</c>, the default, or <c>s3</c>.</summary>
    [AllowedValues(FolderKind, S3Kind)]
    public string Kind { get; set; } = FolderKind;

    /// <summary>Settings of the server where <see cref="Kind"/> is <c>s3</c>.</summary>
    public S3Options S3 { get; set; } = new();

    /// <summary>Folder of the blob store, or of what a process keeps for itself where blobs lie on a server; relative to the working directory. Default <c>./data</c>.</summary>
    [Required]
    public string Folder { get; set; } = "./data";

    /// <summary>Folder of verified local copies. Default: <c>.cache</c> in <see cref="Folder"/>.</summary>
    public string? CacheFolder { get; set; }

    /// <summary>Most bytes of local copies; those fetched longest ago go first. Default 50 GiB.</summary>
    [Range(1L << 20, long.MaxValue)]
    public long CacheMaxBytes { get; set; } = 50L << 30;

    /// <summary>Whether the file system reports new drops; without it they are found at the next reconciliation.</summary>
    public bool WatchInbox { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Kind == S3Kind ? S3.Problems() : [];
}
