using LoraMesh.Control.Registry;
using LoraMesh.Storage;

namespace LoraMesh.Control.Backup;

/// <summary>
/// Puts a backup into an empty store and an empty database, while no service runs. Blobs go first and the registry last, in
/// one transaction: what was interrupted can be done again. The registry's word counts: aliases are written as it has them.
/// </summary>
/// <param name="registry">An empty registry.</param>
/// <param name="blobs">A store that holds nothing else.</param>
/// <param name="time">Clock.</param>
/// <param name="progress">Told of every blob: how many are done, and their bytes.</param>
public sealed class BackupRestore(RegistryStore registry, IBlobStore blobs, TimeProvider time, Action<long, long> progress)
{
    /// <summary>Restores it.</summary>
    /// <exception cref="BackupException">The backup is not whole, or something else lies where it should go.</exception>
    public async Task<BackupManifest> RestoreAsync(BackupFolder folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var manifest = await folder.OpenAsync(cancellationToken);
        await RegistryRows.RefuseUnlessEmptyAsync(registry, cancellationToken);
        RegistryRows.RefuseNewer(manifest, folder.Path);
        await CopyAsync(folder, cancellationToken);
        await new RegistryRows(blobs, time).LoadAsync(registry, manifest, folder, cancellationToken);
        return manifest;
    }

    private async Task CopyAsync(BackupFolder folder, CancellationToken cancellationToken)
    {
        foreach (var bucket in Contracts.Buckets.All)
        {
            await blobs.EnsureBucketAsync(bucket, cancellationToken);
        }

        var (done, bytes) = (0L, 0L);
        await foreach (var blob in folder.BlobsAsync(cancellationToken))
        {
            await CopyAsync(folder, blob, cancellationToken);
            progress(++done, bytes += blob.Bytes);
        }
    }

    private async Task CopyAsync(BackupFolder folder, BackupBlob blob, CancellationToken cancellationToken)
    {
        await using var content = BackupReader.Open(folder, blob);
        try
        {
            var written = await blobs.PutAsync(blob.Bucket, blob.Key, content, PutCondition.IfAbsent, cancellationToken);
            if (written.Sha256 != blob.Sha256)
            {
                // Nothing refers to it yet, and nothing may.
                await blobs.DeleteAsync(blob.Bucket, blob.Key, CancellationToken.None);
                throw BackupReader.Damaged(folder, blob);
            }
        }
        catch (BlobConditionException)
        {
            await RefuseUnlessSameAsync(blob, cancellationToken);
        }
    }

    private async Task RefuseUnlessSameAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        await using var there = await blobs.OpenReadAsync(blob.Bucket, blob.Key, cancellationToken);
        if (there is null || Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(there, cancellationToken)) != blob.Sha256)
        {
            throw new BackupException($"The store already holds other bytes at {blob.Bucket}/{blob.Key}. Restore into an empty store, while no service runs.");
        }
    }
}
