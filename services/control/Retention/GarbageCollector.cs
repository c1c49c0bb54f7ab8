using System.Runtime.CompilerServices;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Retention;

/// <summary>
/// Mark and sweep over the store: the registry's rows are the roots; what none of them refers to and is older than the grace
/// period is removed. Projects with an open run are left alone. The inbox, base models and quarantine are people's own.
/// </summary>
public sealed class GarbageCollector(RegistryStore registry, IBlobStore blobs, IOptions<RetentionOptions> options, AuditTrail audit, TimeProvider time, ILogger<GarbageCollector> log)
{
    private const int MaxItems = 1000;

    /// <summary>Collects, or only tells what would be.</summary>
    /// <param name="dryRun">Whether it only tells.</param>
    /// <param name="who">Who wants it, for the audit trail.</param>
    /// <param name="cancellationToken">Ends it; what was removed stays removed.</param>
    /// <returns>What was found; null where another process is collecting.</returns>
    public async Task<GarbageReport?> CollectAsync(bool dryRun, string who, CancellationToken cancellationToken)
    {
        await using var turn = await registry.TryTakeTurnAsync(SharedWork.Garbage, cancellationToken);
        if (turn is null)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var marks = await registry.ReadAsync(context => GarbageMarks.ReadAsync(context, options.Value, now, cancellationToken), cancellationToken);
        var (items, found, bytes, kept, spared) = (new List<GarbageItem>(), 0L, 0L, 0L, 0L);
        await foreach (var folder in FoldersAsync(marks, cancellationToken))
        {
            if (folder.Reason is null)
            {
                kept += folder.Keys.Count;
            }
            else if (folder.Newest > now - options.Value.Grace || (folder.Project is { } project && (marks.IsBusy(project) || (!dryRun && await IsBusyAsync(project, cancellationToken)))))
            {
                spared += folder.Keys.Count;
            }
            else
            {
                found += folder.Keys.Count;
                bytes += folder.Bytes;
                if (items.Count < MaxItems)
                {
                    items.Add(new GarbageItem { Bucket = folder.Bucket, Prefix = folder.Prefix, Blobs = folder.Keys.Count, Bytes = folder.Bytes, Reason = folder.Reason });
                }

                if (!dryRun)
                {
                    await RemoveAsync(folder, cancellationToken);
                }
            }
        }

        if (!dryRun && found > 0)
        {
            await audit.AddAsync(who, "garbage_collected", "", $"{found} blobs of {bytes} bytes that nothing refers to.", cancellationToken);
        }

        log.GarbageCollected(dryRun, found, bytes, kept, spared);
        return new GarbageReport { DryRun = dryRun, Blobs = found, Bytes = bytes, Kept = kept, Spared = spared, Items = items };
    }

    // The registry first: a version whose blobs are half gone must not be promoted.
    private async Task RemoveAsync(GarbageFolder folder, CancellationToken cancellationToken)
    {
        var parts = folder.Prefix.Split('/');
        if (folder.Bucket == Buckets.Adapters && folder.Reason == "not_kept")
        {
            var (project, adapterId, now) = (parts[0], parts[1], time.GetUtcNow());
            await registry.WriteAsync(context => context.Versions.Where(row => row.Project == project && row.AdapterId == adapterId && row.CollectedAt == null)
                .ExecuteUpdateAsync(rows => rows.SetProperty(row => row.CollectedAt, now), cancellationToken), cancellationToken);
        }
        else if (folder.Bucket == Buckets.Datasets)
        {
            var (project, datasetId) = (parts[0], parts[1]);
            await registry.WriteAsync(context => context.Datasets.Where(row => row.Project == project && row.DatasetId == datasetId).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }

        foreach (var key in folder.InOrder)
        {
            await blobs.DeleteAsync(folder.Bucket, key, cancellationToken);
        }
    }

    private Task<bool> IsBusyAsync(string project, CancellationToken cancellationToken) =>
        registry.ReadAsync(context => context.Runs.AnyAsync(run => run.Project == project && !run.Ended, cancellationToken), cancellationToken);

    // Listings are ordered by key, so a folder is whole when the next one begins: memory holds one at a time.
    private async IAsyncEnumerable<GarbageFolder> FoldersAsync(GarbageMarks marks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var bucket in new[] { Buckets.Adapters, Buckets.Datasets, Buckets.Runs })
        {
            GarbageFolder? open = null;
            await foreach (var blob in blobs.ListAsync(bucket, string.Empty, cancellationToken))
            {
                var place = Place(marks, bucket, blob.Key);
                if (open is null || (open.Prefix, open.Reason) != (place.Prefix, place.Reason))
                {
                    if (open is not null)
                    {
                        yield return open;
                    }

                    open = place;
                }

                open.Add(blob);
            }

            if (open is not null)
            {
                yield return open;
            }
        }
    }

    private static GarbageFolder Place(GarbageMarks marks, string bucket, string key)
    {
        var parts = key.Split('/', 3);
        if (bucket == Buckets.Runs)
        {
            return new GarbageFolder(bucket, parts[0] + "/", null, marks.ReasonOfRun(parts[0], key[Math.Min(key.Length, parts[0].Length + 1)..]));
        }

        if (parts.Length < 3)
        {
            // Nothing of the suite lies there; whoever put it there may take it away.
            return new GarbageFolder(bucket, key, parts[0], null);
        }

        return bucket == Buckets.Datasets ? new GarbageFolder(bucket, $"{parts[0]}/{parts[1]}/", parts[0], marks.ReasonOfDataset(parts[0], parts[1]))
            : parts[1] == "aliases" ? new GarbageFolder(bucket, key, parts[0], marks.ReasonOfAlias(parts[0], parts[2]))
            : new GarbageFolder(bucket, $"{parts[0]}/{parts[1]}/", parts[0], marks.ReasonOfAdapter(parts[0], parts[1]));
    }
}
