using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.BrowserTests;

/// <summary>A store that can be made to go away and come back.</summary>
internal sealed class StormyStore(IBlobStore inner) : IBlobStore
{
    public bool IsAway { get; set; }

    private IBlobStore Here => IsAway ? throw new IOException("The store does not answer.") : inner;

    public Task EnsureBucketAsync(string bucket, CancellationToken cancellationToken = default) => Here.EnsureBucketAsync(bucket, cancellationToken);

    public Task<BlobInfo?> StatAsync(string bucket, string key, CancellationToken cancellationToken = default) => Here.StatAsync(bucket, key, cancellationToken);

    public Task<Stream?> OpenReadAsync(string bucket, string key, CancellationToken cancellationToken = default) => Here.OpenReadAsync(bucket, key, cancellationToken);

    public Task<BlobRef> PutAsync(string bucket, string key, Stream content, PutCondition condition = default, CancellationToken cancellationToken = default) => Here.PutAsync(bucket, key, content, condition, cancellationToken);

    public IAsyncEnumerable<BlobInfo> ListAsync(string bucket, string prefix, CancellationToken cancellationToken = default) => Here.ListAsync(bucket, prefix, cancellationToken);

    public Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken = default) => Here.DeleteAsync(bucket, key, cancellationToken);
}
