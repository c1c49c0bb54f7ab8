using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using LoraMesh.Contracts;
using LoraMesh.Inference.Engine;
using LoraMesh.Model;
using LoraMesh.Storage;
using LoraMesh.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Models;

/// <summary>The base models of this process by content; each is loaded once, when it is first needed. Thread-safe.</summary>
public sealed class BaseModels(
    ModelCatalog catalog, LocalBlobCache cache, IOptions<InferenceOptions> options, InferenceMetrics metrics, TimeProvider time, ILogger<BaseModels> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, BaseModel> _loaded = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _loading = new(1);
    private volatile FrozenDictionary<string, DateTimeOffset> _seen = FrozenDictionary<string, DateTimeOffset>.Empty;
    private volatile FrozenDictionary<string, BaseModel> _current = FrozenDictionary<string, BaseModel>.Empty;

    /// <summary>Looks at the store again: which names there are, and which content they have now.</summary>
    /// <returns>Whether something is different.</returns>
    /// <exception cref="IOException">The store cannot be read at the moment.</exception>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var names = await catalog.ListAsync(cancellationToken);
        var changed = !names.ToHashSet().SetEquals(_seen.Keys);
        _seen = names.ToFrozenDictionary(name => name, name => _seen.GetValueOrDefault(name, time.GetUtcNow()), StringComparer.Ordinal);
        var current = new Dictionary<string, BaseModel>(StringComparer.Ordinal);
        foreach (var name in names.Where(_current.ContainsKey))
        {
            if (await catalog.FindAsync(name, cancellationToken) is { } reference && _loaded.TryGetValue(reference.Digest, out var model))
            {
                current[name] = model;
            }
        }

        changed |= current.Count != _current.Count;
        _current = current.ToFrozenDictionary(StringComparer.Ordinal);
        return changed;
    }

    /// <summary>Loads the model to be served from the start: the configured one, or the only one there is.</summary>
    /// <returns>Whether a model is loaded, or there is none to load.</returns>
    /// <exception cref="ModelRefusedException">It must not, or cannot, be served.</exception>
    public async Task<bool> LoadFirstAsync(CancellationToken cancellationToken)
    {
        var names = _seen.Keys;
        var first = names.Contains(options.Value.Model) ? options.Value.Model : names.Length == 1 ? names[0] : null;
        return first is null || await FindAsync(first, cancellationToken) is not null;
    }

    /// <summary>The base models that can be asked for, loaded or not.</summary>
    public IReadOnlyList<ModelListing> List()
    {
        var current = _current;
        return [.. _seen.OrderBy(name => name.Key, StringComparer.Ordinal).Select(name =>
            new ModelListing(name.Key, name.Value, name.Key, null, current.GetValueOrDefault(name.Key)?.Engine.Config.MaxPositionEmbeddings))];
    }

    /// <summary>The model that lies in the store under this name, or null where there is none.</summary>
    /// <exception cref="ModelRefusedException">It is there and must not, or cannot, be served.</exception>
    public async Task<BaseModel?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (_current.TryGetValue(name, out var current))
        {
            return current;
        }

        if (await catalog.FindAsync(name, cancellationToken) is not { } reference)
        {
            return null;
        }

        var model = await LoadAsync(reference, cancellationToken);
        // Where two write at once, one of the two names is found anew next time.
        _current = new Dictionary<string, BaseModel>(_current) { [name] = model }.ToFrozenDictionary(StringComparer.Ordinal);
        return model;
    }

    /// <summary>The very model that an adapter was trained on.</summary>
    /// <exception cref="ModelRefusedException">The store has no model of this name and content any more.</exception>
    public async Task<BaseModel> GetAsync(ModelRef wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (_loaded.TryGetValue(wanted.Digest, out var loaded))
        {
            return loaded;
        }

        var found = await catalog.FindAsync(wanted.Name, cancellationToken)
            ?? throw new ModelRefusedException(wanted.Name, $"there is no folder {Buckets.Models}/{wanted.Name}");
        return found.Digest == wanted.Digest
            ? await LoadAsync(found, cancellationToken)
            : throw new ModelRefusedException(wanted.Name, $"its digest in the store is {found.Digest}, expected {wanted.Digest}; put the files back that the adapter was trained on");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var model in _loaded.Values)
        {
            await model.DisposeAsync();
        }

        _loading.Dispose();
    }

    private async Task<BaseModel> LoadAsync(ModelRef reference, CancellationToken cancellationToken)
    {
        if (_loaded.TryGetValue(reference.Digest, out var loaded))
        {
            return loaded;
        }

        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_loaded.TryGetValue(reference.Digest, out loaded))
            {
                return loaded;
            }

            if (_loaded.Count >= options.Value.MaxModels)
            {
                throw new ModelRefusedException(reference.Name, $"{_loaded.Count} base models are loaded, which is the most that may be ({InferenceOptions.Section}:{nameof(InferenceOptions.MaxModels)})");
            }

            var started = Stopwatch.GetTimestamp();
            var folder = await cache.FetchFolderAsync(reference.Files, reference.Name + "/", cancellationToken);
            var model = await StartAsync(reference, folder);
            _loaded[reference.Digest] = model;
            metrics.Watch(reference.Name, model.Engine);
            Log.ModelLoaded(logger, reference.Name, reference.Digest, Stopwatch.GetElapsedTime(started).TotalSeconds);
            return model;
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<BaseModel> StartAsync(ModelRef reference, string folder)
    {
        try
        {
            var tokenizer = Tokenizer.Load(folder);
            var digest = ChatTemplateDigest.OfFolder(folder);
            var chat = digest == ChatTemplateDigest.None ? null : new ChatEncoder(tokenizer, ChatTemplate.Load(folder));
            var engine = await InferenceEngine.StartAsync(folder, tokenizer, options.Value, metrics, time, logger);
            return new BaseModel(reference, tokenizer, chat, digest, engine);
        }
        catch (Exception e) when (e is InvalidDataException or UnsupportedModelException or TokenizerFormatException or UnsupportedTokenizerException or ChatTemplateException)
        {
            throw new ModelRefusedException(reference.Name, e.Message);
        }
    }
}
