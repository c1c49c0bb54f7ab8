using System.Collections.Frozen;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Inference.Models;
using LoraMesh.Storage;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Inference.Adapters;

/// <summary>
/// Which adapter each name stands for: <c>project</c> is the champion, <c>project@version</c> any version that an alias
/// names or that was added by hand, <c>project@alias</c> what an alias names, such as <c>project@canary</c>. The alias objects in the store are the truth; a name changes hands at once, and only after the new adapter
/// has been loaded and checked. Thread-safe.
/// </summary>
public sealed class AdapterDirectory(IBlobStore store, AdapterShelf shelf, BaseModels models, CanarySplit canaries, TimeProvider time, ILogger<AdapterDirectory> logger) : IDisposable
{
    private readonly AliasReader _aliases = new(store, logger);
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly Dictionary<AdapterAlias, AdapterEntry> _entries = [];
    private readonly Dictionary<string, FoundAlias> _added = new(StringComparer.Ordinal);
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
            IReadOnlyList<FoundAlias> found =
            [
                .. await _aliases.ReadAsync(project is null ? "" : project + "/aliases/", cancellationToken),
                .. _added.Values.Where(added => project is null || added.Target.Project == project),
            ];
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
    /// <param name="name">The name that was asked for.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="user">For whom; tells who is answered by a canary. Null for nobody known.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ServedModel> ResolveAsync(string name, Caller caller, string? user, CancellationToken cancellationToken)
    {
        var names = _names;
        if (!names.TryGetValue(name, out var champion) || !caller.Covers(champion.Alias.Project) || name != champion.Alias.Project
            || !names.TryGetValue($"{name}@{AliasReader.Canary}", out var canary) || canary == champion)
        {
            return await ResolveAsync(name, caller, cancellationToken);
        }

        if (canaries.TrialFor(canary.Alias, user ?? Guid.NewGuid().ToString("N")) is { } trial)
        {
            try
            {
                return await ResolveAsync($"{name}@{AliasReader.Canary}", caller, cancellationToken) with { Trial = trial };
            }
            catch (Exception e) when (e is ModelUnavailableException or UnknownModelException or IOException)
            {
                trial.Failed();
            }
        }

        return await ResolveAsync(name, caller, cancellationToken) with { Against = canaries.TrialOf(canary.Alias) };
    }

    /// <summary>What exactly a name stands for now, held for one request; a canary answers by its own name only.</summary>
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

    /// <summary>Serves a version in this process though no alias names it, until <see cref="RemoveAsync"/>, and loads it.</summary>
    /// <exception cref="ModelUnavailableException">It cannot be loaded.</exception>
    public async Task AddAsync(AdapterAlias target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var name = $"{target.Project}@{target.Version}";
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            _added[name] = new FoundAlias("", target, time.GetUtcNow());
        }
        finally
        {
            _refreshing.Release();
        }

        await RefreshAsync(target.Project, retryRefused: true, cancellationToken);
        try
        {
            (await ResolveAsync(name, Caller.Anyone, cancellationToken)).Adapter?.Dispose();
        }
        catch (ModelUnavailableException)
        {
            await RemoveAsync(name, cancellationToken);
            throw;
        }
    }

    /// <summary>Takes an adapter out of memory; one that was added by hand is no longer served, one that an alias names is loaded again when it is asked.</summary>
    /// <returns>Whether nobody can ask for it any more; null where nobody has this name.</returns>
    public async Task<bool?> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        if (!_names.TryGetValue(name, out var entry))
        {
            return null;
        }

        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            _added.Remove(entry.Name);
        }
        finally
        {
            _refreshing.Release();
        }

        await RefreshAsync(entry.Alias.Project, retryRefused: false, cancellationToken);
        var isGone = !_names.ContainsKey(name);
        if (!isGone)
        {
            await shelf.UnloadAsync(entry, cancellationToken);
        }

        return isGone;
    }

    /// <summary>The project that a name belongs to; null where nobody has this name.</summary>
    public string? ProjectOf(string name) => _names.TryGetValue(name, out var entry) ? entry.Alias.Project : null;

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
                if (alias.Name.Length > 0)
                {
                    after[$"{aliases.Key}@{alias.Name}"] = entry;
                }
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
