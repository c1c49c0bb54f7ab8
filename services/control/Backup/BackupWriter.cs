using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Backup;

/// <summary>
/// Takes a backup of a suite that may run meanwhile. The registry comes first: whatever its rows refer to is in the store by
/// then, since blobs are written before the rows that name them. What came later is a surplus that a restored suite knows how to treat.
/// </summary>
/// <param name="blobs">The suite's store.</param>
/// <param name="time">Clock.</param>
/// <param name="progress">Told of every blob: how many are done, and their bytes.</param>
public sealed class BackupWriter(IBlobStore blobs, TimeProvider time, Action<long, long> progress)
{
    /// <summary>Takes it.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="folder">Where it shall lie.</param>
    /// <param name="cancellationToken">Ends it; what was copied serves the next try.</param>
    public async Task<BackupResult> WriteAsync(RegistrySnapshot registry, BackupFolder folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(folder);
        var takenAt = time.GetUtcNow();
        var (rows, registrySha256) = await WriteRowsAsync(registry, folder, cancellationToken);
        var (copied, blobsSha256) = await CopyAsync(folder, cancellationToken);
        var manifest = new BackupManifest
        {
            Format = BackupManifest.CurrentFormat,
            TakenAt = takenAt,
            Database = registry.Kind,
            Schema = registry.Schema,
            Rows = rows,
            RegistrySha256 = registrySha256,
            BlobsSha256 = blobsSha256,
            Blobs = copied.Blobs,
            Bytes = copied.Bytes,
        };
        await folder.CompleteAsync(manifest, cancellationToken);
        await SweepAsync(folder, cancellationToken);
        return new BackupResult(manifest, copied.New, copied.NewBytes);
    }

    private static async Task<(Dictionary<string, long> Counts, string Sha256)> WriteRowsAsync(RegistrySnapshot registry, BackupFolder folder, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var file = folder.Begin(BackupFolder.RegistryName);
        await using var writer = Writer(file);
        foreach (var table in RegistryTables.All)
        {
            counts[table.Name] = 0;
            await foreach (var row in table.Rows(registry.Context).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                await writer.WriteLineAsync(table.Write(row).AsMemory(), cancellationToken);
                counts[table.Name]++;
            }
        }

        return (counts, await HashAsync(writer, file, cancellationToken));
    }

    private async Task<(Copied Copied, string Sha256)> CopyAsync(BackupFolder folder, CancellationToken cancellationToken)
    {
        var before = new Dictionary<(string, string), BackupBlob>();
        await foreach (var blob in folder.BlobsAsync(cancellationToken))
        {
            before[(blob.Bucket, blob.Key)] = blob;
        }

        await using var file = folder.Begin(BackupFolder.BlobsName);
        await using var writer = Writer(file);
        var copied = default(Copied);
        foreach (var bucket in Buckets.All)
        {
            await blobs.EnsureBucketAsync(bucket, cancellationToken);
            await foreach (var found in blobs.ListAsync(bucket, string.Empty, cancellationToken))
            {
                var known = before.GetValueOrDefault((bucket, found.Key));
                var (blob, isNew) = known?.ETag == found.ETag && folder.Contents.Has(known.Sha256, known.Bytes)
                    ? (known, false)
                    : await CopyAsync(folder, found, cancellationToken);
                if (blob is not null)
                {
                    await writer.WriteLineAsync(JsonSerializer.Serialize(blob, ContractsJson.Options).AsMemory(), cancellationToken);
                    copied = copied.With(blob.Bytes, isNew);
                    progress(copied.Blobs, copied.Bytes);
                }
            }
        }

        return (copied, await HashAsync(writer, file, cancellationToken));
    }

    private static StreamWriter Writer(FileStream file) => new(file, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };

    private static async Task<string> HashAsync(StreamWriter writer, FileStream file, CancellationToken cancellationToken)
    {
        await writer.FlushAsync(cancellationToken);
        return await BackupFolder.HashAsync(file, cancellationToken);
    }

    // Null where it is gone again: a lease that was given back, or garbage.
    private async Task<(BackupBlob? Blob, bool IsNew)> CopyAsync(BackupFolder folder, BlobInfo found, CancellationToken cancellationToken)
    {
        if (found.Sha256 is { } known && folder.Contents.Has(known, found.Bytes))
        {
            return (new BackupBlob(found.Bucket, found.Key, found.ETag, found.Bytes, known), false);
        }

        await using var content = await blobs.OpenReadAsync(found.Bucket, found.Key, cancellationToken);
        if (content is null)
        {
            return (null, false);
        }

        var (sha256, bytes) = await folder.Contents.KeepAsync(content, cancellationToken);
        return (new BackupBlob(found.Bucket, found.Key, found.ETag, bytes, sha256), true);
    }

    // What only the backup before referred to goes.
    private static async Task SweepAsync(BackupFolder folder, CancellationToken cancellationToken)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in folder.BlobsAsync(cancellationToken))
        {
            used.Add(blob.Sha256);
        }

        folder.Contents.KeepOnly(used);
    }

    private readonly record struct Copied(long Blobs, long Bytes, long New, long NewBytes)
    {
        public Copied With(long bytes, bool isNew) => new(Blobs + 1, Bytes + bytes, New + (isNew ? 1 : 0), NewBytes + (isNew ? bytes : 0));
    }
}

/// <summary>What a backup took.</summary>
/// <param name="Manifest">What it holds.</param>
/// <param name="Copied">Blobs that were copied; the others were there already.</param>
/// <param name="CopiedBytes">Bytes of these.</param>
public sealed record BackupResult(BackupManifest Manifest, long Copied, long CopiedBytes);
