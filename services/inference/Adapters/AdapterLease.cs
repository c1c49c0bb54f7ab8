namespace LoraMesh.Inference.Adapters;

/// <summary>Holds an adapter for one request: its weights stay until the lease is disposed, whatever is promoted meanwhile.</summary>
public sealed class AdapterLease : IDisposable
{
    private int _disposed;

    internal AdapterLease(ServedAdapter adapter) => Adapter = adapter;

    /// <summary>The adapter.</summary>
    public ServedAdapter Adapter { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Adapter.Release();
        }
    }
}
