using LoraMesh.Contracts;
using LoraMesh.Hosting.Provenance;
using LoraMesh.Provenance;
using LoraMesh.Storage;

namespace LoraMesh.Trainer.Publishing;

/// <summary>
/// Puts a finished PEFT folder into the store with its bill of materials and, where a key is configured, its signature; the
/// manifest last: an adapter is there whole or not at all.
/// </summary>
internal sealed class AdapterPublisher(IBlobStore store, AdapterSigner signer)
{
    /// <summary>The manifest of an adapter that is there already, with every file in place and signed as this trainer signs; else null.</summary>
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

        if (!await signer.IsOwnAsync(manifest, cancellationToken))
        {
            return null;
        }

        // Writing the same record again gives the same bytes, and with them the reference.
        return await store.PutJsonAsync(Buckets.Adapters, key, manifest, default, cancellationToken);
    }

    /// <summary>Uploads the folder's files and then the manifest.</summary>
    internal async Task<BlobRef> PutAsync(string folder, AdapterManifest draft, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, ModelBom.FileName), ModelBom.Write(AdapterTrust.OriginOf(draft), SignedFile.OfFolder(folder)), cancellationToken);
        var files = new List<BlobRef>();
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            await using var content = File.OpenRead(path);
            files.Add(await store.PutAsync(Buckets.Adapters, $"{draft.Project}/{draft.AdapterId}/{Path.GetFileName(path)}", content, default, cancellationToken));
        }

        var manifest = draft with { Files = files };
        await signer.SignAsync(manifest, cancellationToken);
        return await store.PutJsonAsync(Buckets.Adapters, ManifestKey(draft.Project, draft.AdapterId), manifest, default, cancellationToken);
    }

    private static string ManifestKey(string project, string adapterId) => $"{project}/{adapterId}/manifest.json";
}
