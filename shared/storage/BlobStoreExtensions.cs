using System.Text.Json;
using LoraMesh.Contracts;

namespace LoraMesh.Storage;

/// <summary>Reading and writing small blobs as records.</summary>
public static class BlobStoreExtensions
{
    /// <summary>Largest JSON blob that is read whole: 64 MiB.</summary>
    public const long MaxJsonBytes = 64L * 1024 * 1024;

    /// <summary>Writes a record as indented JSON; the same record gives the same bytes.</summary>
    public static async Task<BlobRef> PutJsonAsync<T>(this IBlobStore store, string bucket, string key, T value, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, ContractsJson.Indented));
        return await store.PutAsync(bucket, key, content, condition, cancellationToken);
    }

    /// <summary>Reads a record that a reference names, after verifying size and hash.</summary>
    /// <exception cref="BlobIntegrityException">The blob is missing, or its bytes are not those the reference names.</exception>
    public static async Task<T> ReadJsonAsync<T>(this IBlobStore store, BlobRef reference, CancellationToken cancellationToken = default)
    {
        using var content = await store.ReadVerifiedAsync(reference, cancellationToken);
        return await JsonSerializer.DeserializeAsync<T>(content, ContractsJson.Options, cancellationToken)
            ?? throw new BlobIntegrityException(reference, "it holds JSON null");
    }

    /// <summary>Reads a record by key without a known hash, or gives default where there is no such blob.</summary>
    public static async Task<T?> FindJsonAsync<T>(this IBlobStore store, string bucket, string key, CancellationToken cancellationToken = default)
    {
        await using var content = await store.OpenReadAsync(bucket, key, cancellationToken);
        return content is null ? default : await JsonSerializer.DeserializeAsync<T>(content, ContractsJson.Options, cancellationToken);
    }

    /// <summary>Removes blobs whose key starts with the prefix. They are listed first: what is removed meanwhile may hide others from a listing.</summary>
    /// <param name="store">The store.</param>
    /// <param name="bucket">Their bucket.</param>
    /// <param name="prefix">What their keys start with.</param>
    /// <param name="which">Which of them; null for all.</param>
    /// <param name="cancellationToken">Ends it; what was removed stays removed.</param>
    public static async Task DeleteAllAsync(this IBlobStore store, string bucket, string prefix, Func<BlobInfo, bool>? which = null, CancellationToken cancellationToken = default)
    {
        var keys = new List<string>();
        await foreach (var blob in store.ListAsync(bucket, prefix, cancellationToken))
        {
            if (which?.Invoke(blob) ?? true)
            {
                keys.Add(blob.Key);
            }
        }

        foreach (var key in keys)
        {
            await store.DeleteAsync(bucket, key, cancellationToken);
        }
    }

    /// <summary>Reads a small blob into memory and verifies size and hash.</summary>
    /// <exception cref="BlobIntegrityException">The blob is missing, too large for memory, or not the one that the reference names.</exception>
    public static async Task<MemoryStream> ReadVerifiedAsync(this IBlobStore store, BlobRef reference, CancellationToken cancellationToken = default)
    {
        if (reference.Bytes is < 0 or > MaxJsonBytes)
        {
            throw new BlobIntegrityException(reference, $"it has {reference.Bytes} bytes, at most {MaxJsonBytes} are read into memory");
        }

        await using var content = await store.OpenReadAsync(reference.Bucket, reference.Key, cancellationToken)
            ?? throw new BlobIntegrityException(reference, "it does not exist");
        var buffer = new MemoryStream((int)reference.Bytes);
        await VerifiedCopy.ToAsync(content, buffer, reference, cancellationToken);
        buffer.Position = 0;
        return buffer;
    }
}
