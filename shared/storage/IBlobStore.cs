using LoraMesh.Contracts;

namespace LoraMesh.Storage;

/// <summary>
/// Blobs in buckets, as S3 has them. Two keepers: a folder and an S3 server; both pass one contract suite.
/// Keys are '/'-separated, at most 1,024 UTF-8 bytes (512 on an S3 server), without empty, '.' or '..' parts; a bad key is an
/// <see cref="ArgumentException"/>. All members may be called from any thread.
/// </summary>
public interface IBlobStore
{
    /// <summary>Makes the bucket unless it is there.</summary>
    Task EnsureBucketAsync(string bucket, CancellationToken cancellationToken = default);

    /// <summary>What is known of a blob without reading it, or null where there is none.</summary>
    Task<BlobInfo?> StatAsync(string bucket, string key, CancellationToken cancellationToken = default);

    /// <summary>Opens a blob for reading from its start, or gives null where there is none.</summary>
    Task<Stream?> OpenReadAsync(string bucket, string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes a blob whole or not at all: no reader ever sees a part of it.
    /// </summary>
    /// <returns>Name, hash and size of what was written.</returns>
    /// <exception cref="BlobConditionException">The blob is not in the state that <paramref name="condition"/> asks for.</exception>
    Task<BlobRef> PutAsync(string bucket, string key, Stream content, PutCondition condition = default, CancellationToken cancellationToken = default);

    /// <summary>The blobs whose key starts with the prefix, ordered by key (ordinal).</summary>
    IAsyncEnumerable<BlobInfo> ListAsync(string bucket, string prefix, CancellationToken cancellationToken = default);

    /// <summary>Removes a blob; nothing happens where there is none.</summary>
    Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken = default);
}
