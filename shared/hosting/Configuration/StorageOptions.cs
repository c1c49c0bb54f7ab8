using System.ComponentModel.DataAnnotations;

namespace LoraMesh.Hosting.Configuration;

/// <summary>Section <c>Storage</c>: where blobs lie.</summary>
public sealed class StorageOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Storage";

    /// <summary>Folder of the blob store; relative to the working directory. Default <c>./data</c>.</summary>
    [Required]
    public string Folder { get; set; } = "./data";

    /// <summary>Folder of verified local copies. Default: <c>.cache</c> in <see cref="Folder"/>.</summary>
    public string? CacheFolder { get; set; }

    /// <summary>Most bytes of local copies; those fetched longest ago go first. Default 50 GiB.</summary>
    [Range(1L << 20, long.MaxValue)]
    public long CacheMaxBytes { get; set; } = 50L << 30;

    /// <summary>Whether the file system reports new drops; without it they are found at the next reconciliation.</summary>
    public bool WatchInbox { get; set; } = true;
}
