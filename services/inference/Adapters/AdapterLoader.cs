using System.Runtime.InteropServices;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Provenance;
using LoraMesh.Inference.Engine;
using LoraMesh.Inference.Models;
using LoraMesh.Model;
using LoraMesh.Provenance;
using LoraMesh.Storage;

namespace LoraMesh.Inference.Adapters;

/// <summary>Brings an adapter from the store into memory, after checking that it is what the alias names and fits its base.</summary>
public sealed class AdapterLoader(IBlobStore store, LocalBlobCache cache, BaseModels models, AdapterTrust trust, InferenceMetrics metrics)
{
    /// <summary>Loads what an alias points to. The owner of the result retires it.</summary>
    /// <exception cref="AdapterRefusedException">It is damaged, not signed by a trusted key, belongs to another base or template, or does not fit; trying again is of no use.</exception>
    /// <exception cref="IOException">The store cannot be read at the moment.</exception>
    public async Task<LoadedAdapter> LoadAsync(AdapterAlias alias, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alias);
        try
        {
            var manifest = await store.ReadJsonAsync<AdapterManifest>(alias.Adapter, cancellationToken);
            CheckManifest(alias, manifest);
            var model = await models.GetAsync(manifest.Model, cancellationToken);
            CheckTemplate(alias, manifest, model);
            var folder = await cache.FetchFolderAsync(manifest.Files, $"{manifest.Project}/{manifest.AdapterId}/", cancellationToken);
            await trust.CheckAsync(manifest, folder, cancellationToken);
            // Its tensors are nobody else's yet: no running answer has to wait while they are read.
            var weights = await Task.Run(() => Read(alias, folder, model.Engine.Config), cancellationToken);
            metrics.AdapterLoaded(alias.Project);
            return new LoadedAdapter(model, new ServedAdapter(manifest.AdapterId, model.Engine, weights));
        }
        catch (Exception e) when (IsFaultOfItsBytes(e))
        {
            throw Refused(alias, e.Message, e);
        }
        catch (AdapterRefusedException)
        {
            metrics.AdapterRefused(alias.Project);
            throw;
        }
    }

    private AdapterRefusedException Refused(AdapterAlias alias, string reason, Exception cause)
    {
        metrics.AdapterRefused(alias.Project);
        return new AdapterRefusedException(alias.Project, alias.Version, reason, cause);
    }

    // The files come from elsewhere: what a reader throws at them is their fault, and what the store or the disk throws is not.
    private static bool IsFaultOfItsBytes(Exception e) =>
        e is BlobIntegrityException or SignatureRefusedException or FileNotFoundException or ModelRefusedException or UnsupportedModelException or InvalidDataException
            or JsonException or ArgumentException or KeyNotFoundException or FormatException or OverflowException or ExternalException;

    private static void CheckManifest(AdapterAlias alias, AdapterManifest manifest)
    {
        if (manifest.Project != alias.Project || manifest.AdapterId != alias.AdapterId)
        {
            throw new AdapterRefusedException(alias.Project, alias.Version, $"its manifest names {manifest.Project}/{manifest.AdapterId}, the alias {alias.Project}/{alias.AdapterId}.");
        }

        if (manifest.Files.FirstOrDefault(file => file.Bucket != Buckets.Adapters) is { } stranger)
        {
            throw new AdapterRefusedException(alias.Project, alias.Version, $"its file {stranger.Key} lies in {stranger.Bucket}; expected {Buckets.Adapters}.");
        }
    }

    private static void CheckTemplate(AdapterAlias alias, AdapterManifest manifest, BaseModel model)
    {
        if (model.ChatTemplateSha256 != manifest.ChatTemplateSha256)
        {
            throw new AdapterRefusedException(
                alias.Project,
                alias.Version,
                $"it was trained with the chat template {manifest.ChatTemplateSha256}; the template of '{model.Name}' is {model.ChatTemplateSha256}. Its answers would be worse than they were measured; train it again.");
        }
    }

    private static LoraAdapter Read(AdapterAlias alias, string folder, ModelConfig config)
    {
        var weights = LoraAdapter.Load(folder, config);
        if (AdapterNumbers.AllFinite(weights))
        {
            return weights;
        }

        weights.Dispose();
        throw new AdapterRefusedException(alias.Project, alias.Version, "it holds numbers that are not finite; train it again with a lower learning rate.");
    }
}
