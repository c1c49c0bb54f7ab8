using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Adapters;

/// <summary>
/// The adapters in memory, counted in bytes. When they are too many, the one that was unused longest leaves; one that
/// answers a request never does. One is loaded at a time. Thread-safe.
/// </summary>
public sealed class AdapterShelf(AdapterLoader loader, IOptions<InferenceOptions> options, InferenceMetrics metrics, TimeProvider time, ILogger<AdapterShelf> logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly HashSet<AdapterEntry> _loaded = [];
    private long _bytes;

    /// <summary>Memory of all loaded adapters in bytes.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in _loaded.ToList())
        {
            Unload(entry);
        }

        _gate.Dispose();
    }

    // Whether another one of the usual size would fit.
    internal bool HasRoom => Bytes + (Bytes / Math.Max(1, _loaded.Count)) <= options.Value.AdapterMemoryBytes;

    // The adapter in memory, loaded where it was not; null where the entry is gone. A promotion may go beyond the bound
    // for as long as its predecessor still answers.
    internal async Task<LoadedAdapter?> GetAsync(AdapterEntry entry, bool mayExceed, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (entry.Gone || entry.Loaded is not null)
            {
                return entry.Loaded;
            }

            if (entry.Refusal is { } refusal)
            {
                throw new AdapterRefusedException(entry.Alias.Project, entry.Alias.Version, refusal);
            }

            var started = time.GetTimestamp();
            var loaded = await LoadAsync(entry, cancellationToken);
            var adapter = loaded.Adapter;
            MakeRoom(entry, adapter, mayExceed);
            Interlocked.Add(ref _bytes, adapter.Bytes);
            _loaded.Add(entry);
            entry.LastUse = started;
            entry.Loaded = loaded;
            var seconds = time.GetElapsedTime(started).TotalSeconds;
            metrics.AdapterLoadTook(entry.Alias.Project, seconds);
            Log.AdapterLoaded(logger, entry.Name, entry.Alias.AdapterId, adapter.Bytes, seconds);
            return loaded;
        }
        finally
        {
            _gate.Release();
        }
    }

    // Frees the memory; the next request loads it again.
    internal async Task UnloadAsync(AdapterEntry entry, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Unload(entry);
        }
        finally
        {
            _gate.Release();
        }
    }

    // No alias names the entry any more; who is being answered by it stays.
    internal async Task RemoveAsync(AdapterEntry entry, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            entry.Gone = true;
            Unload(entry);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<LoadedAdapter> LoadAsync(AdapterEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return await loader.LoadAsync(entry.Alias, cancellationToken);
        }
        catch (AdapterRefusedException e)
        {
            entry.Refusal = e.Reason;
            Log.AdapterRefused(logger, entry.Name, e.Reason);
            throw;
        }
    }

    private void MakeRoom(AdapterEntry entry, ServedAdapter adapter, bool mayExceed)
    {
        var bound = options.Value.AdapterMemoryBytes;
        foreach (var idle in _loaded.Where(other => other.Loaded is { Adapter.InUse: false }).OrderBy(other => other.LastUse).ToList())
        {
            if (_bytes + adapter.Bytes <= bound)
            {
                return;
            }

            metrics.AdapterEvicted(idle.Alias.Project);
            Log.AdapterEvicted(logger, idle.Name, entry.Name);
            Unload(idle);
        }

        if (_bytes + adapter.Bytes > bound && !mayExceed)
        {
            adapter.Retire();
            throw new ModelUnavailableException(
                $"The adapter {entry.Name} takes {adapter.Bytes} bytes; those in use take {_bytes} of the {bound} that are allowed ({InferenceOptions.Section}:{nameof(InferenceOptions.AdapterMemoryBytes)}). Try again when less is going on.");
        }
    }

    private void Unload(AdapterEntry entry)
    {
        if (entry.Loaded is { Adapter: var adapter } && _loaded.Remove(entry))
        {
            entry.Loaded = null;
            Interlocked.Add(ref _bytes, -adapter.Bytes);
            adapter.Retire();
        }
    }
}
