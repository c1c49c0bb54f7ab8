using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Control;

/// <summary>Blobs in memory whose ETag is new with every write and whose hash is unknown, as some S3 servers have it.</summary>
internal sealed class FreshTagStore : IBlobStore
{
    private readonly ConcurrentDictionary<(string Bucket, string Key), (string ETag, byte[] Bytes)> _blobs = new();
    private int _writes;

    /// <summary>While set, writes below this bucket fail as a full disk does.</summary>
    public string? Full { get; set; }

    public Task EnsureBucketAsync(string bucket, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<BlobInfo?> StatAsync(string bucket, string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(_blobs.TryGetValue((bucket, key), out var blob) ? Info(bucket, key, blob) : null);

    public Task<Stream?> OpenReadAsync(string bucket, string key, CancellationToken cancellationToken = default) =>
        Task.FromResult<Stream?>(_blobs.TryGetValue((bucket, key), out var blob) ? new MemoryStream(blob.Bytes) : null);

    public async Task<BlobRef> PutAsync(string bucket, string key, Stream content, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        if (bucket == Full)
        {
            throw new IOException("No space left on device.");
        }

        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        var bytes = copy.ToArray();
        _blobs[(bucket, key)] = (Interlocked.Increment(ref _writes).ToString(CultureInfo.InvariantCulture), bytes);
        return new BlobRef { Bucket = bucket, Key = key, Bytes = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(string bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var (name, blob) in _blobs.OrderBy(entry => entry.Key.Key, StringComparer.Ordinal))
        {
            if (name.Bucket == bucket && name.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return Info(bucket, name.Key, blob);
            }
        }
    }

    public Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        _blobs.TryRemove((bucket, key), out _);
        return Task.CompletedTask;
    }

    private static BlobInfo Info(string bucket, string key, (string ETag, byte[] Bytes) blob) => new(bucket, key, blob.ETag, blob.Bytes.Length, Sample.Start);
}
