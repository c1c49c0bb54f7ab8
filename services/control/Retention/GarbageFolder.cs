using LoraMesh.Storage;

namespace LoraMesh.Control.Retention;

/// <summary>Blobs that stay or go together.</summary>
/// <param name="Bucket">Their bucket.</param>
/// <param name="Prefix">What their keys begin with.</param>
/// <param name="Project">The project that they belong to; null for those of runs.</param>
/// <param name="Reason">Why nothing refers to them; null where something does.</param>
internal sealed record GarbageFolder(string Bucket, string Prefix, string? Project, string? Reason)
{
    /// <summary>Their keys.</summary>
    internal List<string> Keys { get; } = [];

    /// <summary>Their bytes.</summary>
    internal long Bytes { get; private set; }

    /// <summary>When the youngest of them was written.</summary>
    internal DateTimeOffset Newest { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>In which order they are removed: first what says that the others are there.</summary>
    internal IEnumerable<string> InOrder => Keys.OrderBy(key => key.EndsWith("/manifest.json", StringComparison.Ordinal) ? 0 : 1);

    internal void Add(BlobInfo blob)
    {
        Keys.Add(blob.Key);
        Bytes += blob.Bytes;
        Newest = blob.LastModified > Newest ? blob.LastModified : Newest;
    }
}
