using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.Trainer.Publishing;

/// <summary>Puts a finished PEFT folder into the store, its manifest last: an adapter is there whole or not at all.</summary>
internal sealed class AdapterPublisher(IBlobStore store)
{
    /// <summary>The manifest of an adapter that is there already, with every file in place; else null.</summary>
    internal async Task<BlobRef?> FindAsync(string project, string adapterId, CancellationToken cancellationToken)
    {
        var key = ManifestKey(project, adapterId);
        if (await store.FindJsonAsync<AdapterManifest>(Buckets.Adapters, key, cancellationToken) is not { } manifest)
        {
            return null;
        }

        foreach (var file in manifest.Files)
        {
            if (await store.StatAsync(file.Bucket, file.Key, cancellationToken) is not { } found || found.Bytes != file.Bytes)
            {
                return null;
            }
        }

        // Writing the same record again gives the same bytes, and with them the reference.
        return await store.PutJsonAsync(Buckets.Adapters, key, manifest, default, cancellationToken);
    }

    /// <summary>Uploads the folder's files and then the manifest.</summary>
    internal async Task<BlobRef> PutAsync(string folder, AdapterManifest draft, CancellationToken cancellationToken)
    {
        var files = new List<BlobRef>();
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(path);
            files.Add(await store.PutAsync(Buckets.Adapters, $"{draft.Project}/{draft.AdapterId}/{Path.GetFileName(path)}", content, default, cancellationToken));
        }

        return await store.PutJsonAsync(Buckets.Adapters, ManifestKey(draft.Project, draft.AdapterId), draft with { Files = files }, default, cancellationToken);
    }

    private static string ManifestKey(string project, string adapterId) => $"{project}/{adapterId}/manifest.json";
}
