using System.Security.Cryptography;

namespace LoraMesh.Control.Backup;

/// <summary>Reads a backup through without restoring it.</summary>
public static class BackupReader
{
    /// <summary>Holds every file of it against its hash.</summary>
    /// <exception cref="BackupException">Something is missing or not as it was written; the first such thing is named.</exception>
    public static async Task<BackupManifest> CheckAsync(BackupFolder folder, Action<long, long> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(progress);
        var manifest = await folder.OpenAsync(cancellationToken);
        var (blobs, bytes) = (0L, 0L);
        await foreach (var blob in folder.BlobsAsync(cancellationToken))
        {
            await using var content = Open(folder, blob);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) != blob.Sha256)
            {
                throw Damaged(folder, blob);
            }

            progress(++blobs, bytes += blob.Bytes);
        }

        return manifest;
    }

    internal static FileStream Open(BackupFolder folder, BackupBlob blob) => folder.Contents.Open(blob.Sha256)
        ?? throw new BackupException($"The backup in {folder.Path} lacks the content of {blob.Bucket}/{blob.Key} (objects/{blob.Sha256[..2]}/{blob.Sha256}). Use another backup.");

    internal static BackupException Damaged(BackupFolder folder, BackupBlob blob) =>
        new($"The backup in {folder.Path} is damaged: the content of {blob.Bucket}/{blob.Key} (objects/{blob.Sha256[..2]}/{blob.Sha256}) is not as it was written. Use another backup.");
}
