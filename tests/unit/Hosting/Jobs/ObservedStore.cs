using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Hosting.Jobs;

/// <summary>A store that tells of writes and deletions, and can be made to fail like a broken disk.</summary>
public sealed class ObservedStore(IBlobStore inner) : IBlobStore
{
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile bool _broken;

    /// <summary>While true, looking a blob up fails; every such failure counts as a change.</summary>
    public bool Broken
    {
        get => _broken;
        set => _broken = value;
    }

    /// <summary>Called before every write with the key.</summary>
    public Func<string, Task> Writing { get; set; } = _ => Task.CompletedTask;

    /// <summary>Waits until the condition holds; it is asked again after every change.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (true)
        {
            var change = _changed.Task;
            if (await condition())
            {
                return;
            }

            await change.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public Task EnsureBucketAsync(string bucket, CancellationToken cancellationToken = default) => inner.EnsureBucketAsync(bucket, cancellationToken);

    public Task<BlobInfo?> StatAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        ThrowIfBroken();
        return inner.StatAsync(bucket, key, cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(string bucket, string key, CancellationToken cancellationToken = default) => inner.OpenReadAsync(bucket, key, cancellationToken);

    public async Task<BlobRef> PutAsync(string bucket, string key, Stream content, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        await Writing(key);
        var reference = await inner.PutAsync(bucket, key, content, condition, cancellationToken);
        Tell();
        return reference;
    }

    public IAsyncEnumerable<BlobInfo> ListAsync(string bucket, string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(bucket, prefix, cancellationToken);

    public async Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        await inner.DeleteAsync(bucket, key, cancellationToken);
        Tell();
    }

    private void ThrowIfBroken()
    {
        if (Broken)
        {
            Tell();
            throw new IOException("Input/output error");
        }
    }

    private void Tell() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
