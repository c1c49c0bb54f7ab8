using System.Text;
using LoraMesh.Contracts;

namespace LoraMesh.Storage.Folders;

/// <summary>Where blobs lie below the root of a <see cref="FolderBlobStore"/>; no path ever leaves that root.</summary>
internal sealed class FolderPaths
{
    private const int MaxPartBytes = 255;

    public FolderPaths(string root)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        Hidden = Path.Combine(Root, ".loramesh");
        Temporary = Path.Combine(Hidden, "tmp");
        Locks = Path.Combine(Hidden, "locks");
    }

    public string Root { get; }

    public string Hidden { get; }

    public string Temporary { get; }

    public string Locks { get; }

    public string OfBucket(string bucket)
    {
        BlobKey.CheckBucket(bucket);
        var path = Path.Combine(Root, bucket);
        RefuseLink(path, bucket);
        return path;
    }

    /// <summary>Path of a blob after its name and every folder on the way have been checked.</summary>
    public string OfBlob(string bucket, string key)
    {
        BlobKey.Check(bucket, key);
        var path = OfBucket(bucket);
        foreach (var part in key.Split('/'))
        {
            if (Encoding.UTF8.GetByteCount(part) > MaxPartBytes)
            {
                throw new ArgumentException($"The blob key '{key}' is not allowed in a folder store: its part '{part}' is longer than {MaxPartBytes} bytes.", nameof(key));
            }

            path = Path.Combine(path, part);
            RefuseLink(path, $"{bucket}/{key}");
        }

        return path;
    }

    /// <summary>Whether listings leave the key out: people's editors and copiers put dot files beside the data.</summary>
    public static bool IsHidden(string bucket, string key) =>
        bucket == Buckets.Inbox && (key[0] == '.' || key.Contains("/.", StringComparison.Ordinal));

    private static void RefuseLink(string path, string name)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            throw new UnauthorizedAccessException($"Blob {name} is refused: {path} is a symbolic link to {target}, and links are not followed. Put the files themselves there.");
        }
    }
}
