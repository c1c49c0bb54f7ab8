using System.Security.Cryptography;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.Storage;

namespace LoraMesh.DatasetPrep.Storing;

/// <summary>Datasets in the blob store: finds whole ones, and writes new ones with the manifest last.</summary>
internal sealed class DatasetStore(IBlobStore store)
{
    /// <summary>A dataset that is there with every byte that its manifest names, or null.</summary>
    public async Task<StoredDataset?> FindAsync(string project, string datasetId, CancellationToken cancellationToken)
    {
        var key = Key(project, datasetId, DatasetFileNames.Manifest);
        try
        {
            if (await store.StatAsync(Buckets.Datasets, key, cancellationToken) is not { Bytes: <= BlobStoreExtensions.MaxJsonBytes }
                || await store.OpenReadAsync(Buckets.Datasets, key, cancellationToken) is not { } opened)
            {
                return null;
            }

            await using var content = opened;
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken);
            var reference = new BlobRef { Bucket = Buckets.Datasets, Key = key, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())), Bytes = bytes.Length };
            bytes.Position = 0;
            var manifest = await JsonSerializer.DeserializeAsync<DatasetManifest>(bytes, ContractsJson.Options, cancellationToken);
            if (manifest is not { Train: { Text: not null, Shard: not null }, Test: { Text: not null, Shard: not null }, Report: not null } || manifest.DatasetId != datasetId)
            {
                return null;
            }

            foreach (var file in (BlobRef[])[manifest.Train.Text, manifest.Train.Shard, .. manifest.Train.MoreShards, manifest.Test.Text, manifest.Test.Shard, .. manifest.Test.MoreShards, .. manifest.RegressionSets.Select(set => set.Text)])
            {
                await VerifyAsync(file, cancellationToken);
            }

            return new StoredDataset(reference, manifest, await store.ReadJsonAsync<DataReport>(manifest.Report, cancellationToken));
        }
        catch (Exception error) when (error is JsonException or BlobIntegrityException)
        {
            // Half written or damaged: it is made again under the same names.
            return null;
        }
    }

    /// <summary>Writes an accepted outcome.</summary>
    public async Task<StoredDataset> PutAsync(string project, string datasetId, ModelRef model, IReadOnlyList<BlobRef> inputs, ProjectConfig config, BuildOutcome outcome, CancellationToken cancellationToken)
    {
        var manifest = DatasetManifests.Describe(project, datasetId, model, inputs, config, outcome);
        foreach (var file in (BuiltFile[])[.. outcome.Train!.Files, .. outcome.Test!.Files, .. outcome.RegressionSets.Select(set => set.Text), outcome.ReportFile, outcome.ReportPage])
        {
            await using var content = File.OpenRead(file.Path);
            await store.PutAsync(Buckets.Datasets, Key(project, datasetId, file.Name), content, cancellationToken: cancellationToken);
        }

        var reference = await store.PutJsonAsync(Buckets.Datasets, Key(project, datasetId, DatasetFileNames.Manifest), manifest, cancellationToken: cancellationToken);
        return new StoredDataset(reference, manifest, outcome.Report);
    }

    private static string Key(string project, string datasetId, string name) => $"{project}/{datasetId}/{name}";

    private async Task VerifyAsync(BlobRef file, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenReadAsync(file.Bucket, file.Key, cancellationToken)
            ?? throw new BlobIntegrityException(file, "it does not exist");
        await VerifiedCopy.ToAsync(content, Stream.Null, file, cancellationToken);
    }
}
