using System.Collections.Frozen;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Models;
using LoraMesh.Storage;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Inference.Adapters;

/// <summary>
/// Which adapter each name stands for: <c>project</c> is the champion, <c>project@version</c> any version that an alias
/// names. The alias objects in the store are the truth; a name changes hands at once, and only after the new adapter
/// has been loaded and checked. Thread-safe.
/// </summary>
public sealed class AdapterDirectory(IBlobStore store, AdapterShelf shelf, BaseModels models, TimeProvider time, ILogger<AdapterDirectory> logger) : IDisposable
{
    private readonly AliasReader _aliases = new(store, logger);
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly Dictionary<AdapterAlias, AdapterEntry> _entries = [];
    private volatile FrozenDictionary<string, AdapterEntry> _names = FrozenDictionary<string, AdapterEntry>.Empty;

    /// <summary>Reads the aliases and follows them.</summary>
    /// <param name="project">The project to look at; null for all.</param>
    /// <param name="retryRefused">Whether adapters that were refused are tried again: what they did not fit may have changed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The projects that have got another champion, and which.</returns>
    /// <exception cref="IOException">The store cannot be read at the moment; what was served is served on.</exception>
    public async Task<IReadOnlyList<AdapterAlias>> RefreshAsync(string? project, bool retryRefused, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            foreach (var entry in _entries.Values.Where(entry => retryRefused && (project is null || entry.Alias.Project == project)))
            {
                entry.Refusal = null;
            }

            var before = _names;
            var found = await _aliases.ReadAsync(project is null ? "" : project + "/aliases/", cancellationToken);
            var after = before.Where(name => project is not null && name.Value.Alias.Project != project).ToDictionary(StringComparer.Ordinal);
            var deployed = new List<AdapterAlias>();
            foreach (var aliases in found.GroupBy(alias => alias.Target.Project, StringComparer.Ordinal))
            {
                await FollowAsync(aliases, before.GetValueOrDefault(aliases.Key), after, deployed, cancellationToken);
            }

            _names = after.ToFrozenDictionary(StringComparer.Ordinal);
            var wanted = found.Select(alias => alias.Target).ToHashSet();
            foreach (var gone in _entries.Values.Where(entry => (project is null || entry.Alias.Project == project) && !wanted.Contains(entry.Alias) && !after.ContainsValue(entry)).ToList())
            {
                _entries.Remove(gone.Alias);
                await shelf.RemoveAsync(gone, cancellationToken);
            }

            return deployed;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>The version that the project's name stands for, or null where there is none.</summary>
    public AdapterAlias? Champion(string project) => _names.TryGetValue(project, out var entry) ? entry.Alias : null;

    /// <summary>What a name stands for now, held for one request.</summary>
    /// <exception cref="UnknownModelException">Nobody has this name, or it is not the caller's to know.</exception>
    /// <exception cref="ModelUnavailableException">It cannot answer at the moment.</exception>
    public async Task<ServedModel> ResolveAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        while (_names.TryGetValue(name, out var entry) && caller.Covers(entry.Alias.Project))
        {
            entry.LastUse = time.GetTimestamp();
            var loaded = entry.Loaded ?? await LoadAsync(entry, cancellationToken);
            if (loaded?.Adapter.TryLease() is { } lease)
            {
                return new ServedModel(loaded.Base, lease);
            }

            // It was replaced between the two looks; the name stands for another one by now.
        }

        try
        {
            return await models.FindAsync(name, cancellationToken) is { } model
                ? new ServedModel(model, null)
                : throw new UnknownModelException(name, [.. List(caller).Select(listed => listed.Id)]);
        }
        catch (ModelRefusedException e)
        {
            throw new ModelUnavailableException(e.Message, e);
        }
    }

    /// <summary>Every name that a caller can ask for, base models first.</summary>
    public IReadOnlyList<ModelListing> List(Caller caller)
    {
        var names = _names;
        var adapters = names.Where(name => caller.Covers(name.Value.Alias.Project)).OrderBy(name => name.Key, StringComparer.Ordinal).Select(name => new ModelListing(
            name.Key, name.Value.Created, name.Value.Name, name.Value.Loaded?.Base.Name, name.Value.Loaded?.Base.Engine.Config.MaxPositionEmbeddings));
        return [.. models.List().Where(model => !names.ContainsKey(model.Id)), .. adapters];
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();

    private async Task<LoadedAdapter?> LoadAsync(AdapterEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            return await shelf.GetAsync(entry, mayExceed: false, cancellationToken);
        }
        catch (AdapterRefusedException e)
        {
            throw new ModelUnavailableException(e.Message, e);
        }
    }

    private async Task FollowAsync(
        IGrouping<string, FoundAlias> aliases, AdapterEntry? reigning, Dictionary<string, AdapterEntry> after, List<AdapterAlias> deployed, CancellationToken cancellationToken)
    {
        foreach (var alias in aliases)
        {
            var entry = _entries.GetValueOrDefault(alias.Target) ?? new AdapterEntry(alias.Target, alias.Since);
            _entries[alias.Target] = entry;
            if (alias.Name != AliasReader.Champion)
            {
                after.TryAdd(entry.Name, entry);
            }
            else if (entry == reigning || await IsFitAsync(entry, reigning, cancellationToken))
            {
                after[entry.Name] = entry;
                after[aliases.Key] = entry;
                if (entry != reigning)
                {
                    deployed.Add(entry.Alias);
                    Log.AdapterDeployed(logger, aliases.Key, entry.Alias.Version, reigning?.Alias.Version);
                }
            }
            else if (reigning is not null)
            {
                after[aliases.Key] = reigning;
                after.TryAdd(reigning.Name, reigning);
            }
        }
    }

    // Whoever replaces another is loaded first. Where nobody loses anything and memory is full, the first request loads it.
    private async Task<bool> IsFitAsync(AdapterEntry entry, AdapterEntry? reigning, CancellationToken cancellationToken)
    {
        if (reigning is null && entry.Refusal is null && !shelf.HasRoom)
        {
            return true;
        }

        try
        {
            return await shelf.GetAsync(entry, mayExceed: true, cancellationToken) is not null;
        }
        catch (AdapterRefusedException)
        {
            return false;
        }
        catch (IOException e)
        {
            Log.AdapterUnreadable(logger, entry.Name, e.Message);
            return false;
        }
    }
}
