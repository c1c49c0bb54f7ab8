using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Control.Retention;

/// <summary>Blobs in memory, for tests with many thousands of them. Conditions are not looked at.</summary>
internal sealed class MemoryBlobStore(TimeProvider time) : IBlobStore
{
    private readonly SortedDictionary<string, (byte[] Bytes, DateTimeOffset At)> _blobs = new(StringComparer.Ordinal);

    public IReadOnlySet<string> Keys => _blobs.Keys.ToHashSet(StringComparer.Ordinal);

    public Task EnsureBucketAsync(string bucket, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task<BlobInfo?> StatAsync(string bucket, string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(_blobs.TryGetValue($"{bucket}/{key}", out var blob) ? Info(bucket, key, blob) : null);

    public Task<Stream?> OpenReadAsync(string bucket, string key, CancellationToken cancellationToken = default) =>
        Task.FromResult<Stream?>(_blobs.TryGetValue($"{bucket}/{key}", out var blob) ? new MemoryStream(blob.Bytes) : null);

    public async Task<BlobRef> PutAsync(string bucket, string key, Stream content, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return Put(bucket, key, bytes.ToArray());
    }

    public BlobRef Put(string bucket, string key, byte[] bytes)
    {
        _blobs[$"{bucket}/{key}"] = (bytes, time.GetUtcNow());
        return new BlobRef { Bucket = bucket, Key = key, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)), Bytes = bytes.Length };
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(string bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var (key, blob) in _blobs.Where(entry => entry.Key.StartsWith($"{bucket}/{prefix}", StringComparison.Ordinal)).ToList())
        {
            yield return Info(bucket, key[(bucket.Length + 1)..], blob);
        }
    }

    public Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        _blobs.Remove($"{bucket}/{key}");
        return Task.CompletedTask;
    }

    private static BlobInfo Info(string bucket, string key, (byte[] Bytes, DateTimeOffset At) blob) => new(bucket, key, $"{blob.At.Ticks}", blob.Bytes.Length, blob.At);
}
