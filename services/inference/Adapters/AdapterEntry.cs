using LoraMesh.Contracts;

namespace LoraMesh.Inference.Adapters;

// One adapter version that some alias names; its weights are in memory or not.
internal sealed class AdapterEntry(AdapterAlias alias, DateTimeOffset created)
{
    private long _lastUse;
    private volatile string? _refusal;
    private volatile LoadedAdapter? _loaded;

    public AdapterAlias Alias { get; } = alias;

    public DateTimeOffset Created { get; } = created;

    public string Name => $"{Alias.Project}@{Alias.Version}";

    // Written by the shelf alone.
    public LoadedAdapter? Loaded
    {
        get => _loaded;
        set => _loaded = value;
    }

    // No alias names it any more: it must not be loaded again. Written by the shelf alone.
    public bool Gone { get; set; }

    // Why it cannot be served; it is not tried again before someone forgets this.
    public string? Refusal
    {
        get => _refusal;
        set => _refusal = value;
    }

    public long LastUse
    {
        get => Volatile.Read(ref _lastUse);
        set => Volatile.Write(ref _lastUse, value);
    }
}
