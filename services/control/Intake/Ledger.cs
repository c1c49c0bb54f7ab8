using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Intake;

/// <summary>What was dropped and which run took it. A drop is bucket, key and ETag; the listing of the inbox is the truth.</summary>
public sealed class Ledger(RegistryStore registry, TimeProvider time)
{
    private const int LookUpAtOnce = 200;

    /// <summary>
    /// Compares all objects of one project with its entries: new bytes are entered and begin to wait, waiting entries
    /// whose bytes are gone (deleted, or still growing) are struck out.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="objects">Every object of the project.</param>
    /// <param name="modelArrived">Whether the base model that a run was rejected for is there now.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public Task<ProjectGathering> ObserveAsync(string project, IReadOnlyList<BlobInfo> objects, bool modelArrived, CancellationToken cancellationToken) => registry.WriteAsync(
        async context =>
        {
            var now = time.GetUtcNow();
            var row = await ProjectAsync(context, project, now, cancellationToken);
            var data = objects.Where(item => InboxKey.Parse(item.Key).Kind == InboxKind.Data).ToDictionary(item => (item.Key, item.ETag));
            var drops = await EntriesAsync(context, project, data.Values, cancellationToken);
            foreach (var gone in drops.Where(drop => drop.RunId is null && !data.ContainsKey((drop.Key, drop.ETag))))
            {
                context.Drops.Remove(gone);
            }

            foreach (var item in data.Values.ExceptBy(drops.Select(drop => (drop.Key, drop.ETag)), item => (item.Key, item.ETag)))
            {
                drops.Add(context.Drops.Add(Entry(project, item, now)).Entity);
            }

            NoteMarker(row, objects, now);
            var waiting = drops.Where(drop => data.ContainsKey((drop.Key, drop.ETag))).ToList();
            if (row.RefusedRun is not null && (modelArrived || SettingsETag(objects) != row.RefusedSettings))
            {
                TryAgain(row, waiting, now);
            }

            var open = await context.Runs.AnyAsync(run => run.Project == project && !run.Ended, cancellationToken);
            return new ProjectGathering(project, [.. waiting.Where(drop => drop.RunId is null)], row.ReadyAt, open);
        },
        cancellationToken);

    /// <summary>Enters an upload whose hash is known, and tells whether a run took these bytes before.</summary>
    public Task<string?> EnterAsync(string project, BlobInfo item, string sha256, CancellationToken cancellationToken) => registry.WriteAsync(
        async context =>
        {
            await ProjectAsync(context, project, time.GetUtcNow(), cancellationToken);
            var drop = await context.Drops.SingleOrDefaultAsync(row => row.Bucket == item.Bucket && row.Key == item.Key && row.ETag == item.ETag, cancellationToken)
                ?? context.Drops.Add(Entry(project, item, time.GetUtcNow())).Entity;
            await SetHashAsync(context, drop, sha256, cancellationToken);
            return drop.RunId;
        },
        cancellationToken);

    /// <summary>Notes the hash of an entry; the same bytes under the same key count as taken by the run that took them.</summary>
    public Task HashedAsync(long dropId, string sha256, CancellationToken cancellationToken) => registry.WriteAsync(
        async context =>
        {
            var drop = await context.Drops.SingleAsync(row => row.Id == dropId, cancellationToken);
            await SetHashAsync(context, drop, sha256, cancellationToken);
        },
        cancellationToken);

    /// <summary>The entry of a drop, or null.</summary>
    public Task<DropRow?> FindAsync(string key, string etag, CancellationToken cancellationToken) => registry.ReadAsync(context =>
        context.Drops.SingleOrDefaultAsync(row => row.Bucket == Buckets.Inbox && row.Key == key && row.ETag == etag, cancellationToken), cancellationToken);

    /// <summary>Projects in which something waits, and base models that runs were rejected for.</summary>
    public Task<Dictionary<string, string?>> OpenProjectsAsync(CancellationToken cancellationToken) => registry.ReadAsync(context =>
        context.Projects.Where(row => row.MissingModel != null || context.Drops.Any(drop => drop.Project == row.Name && drop.RunId == null))
            .ToDictionaryAsync(row => row.Name, row => row.MissingModel, cancellationToken), cancellationToken);

    /// <summary>ETag of the project's settings file among its objects; empty where there is none.</summary>
    public static string SettingsETag(IEnumerable<BlobInfo> objects) =>
        objects.FirstOrDefault(item => InboxKey.Parse(item.Key).Kind == InboxKind.Settings)?.ETag ?? "";

    // What waits and what lies in the inbox, not what ever lay there: the cost of a look does not grow with a project's past.
    private static async Task<List<DropRow>> EntriesAsync(RegistryContext context, string project, IEnumerable<BlobInfo> data, CancellationToken cancellationToken)
    {
        var found = await context.Drops.Where(drop => drop.Project == project && drop.RunId == null).ToListAsync(cancellationToken);
        foreach (var part in data.Chunk(LookUpAtOnce))
        {
            var keys = part.Select(item => item.Key).ToList();
            var tags = part.Select(item => item.ETag).ToList();
            found.AddRange(await context.Drops.Where(drop => drop.Bucket == Buckets.Inbox && keys.Contains(drop.Key) && tags.Contains(drop.ETag) && drop.RunId != null).ToListAsync(cancellationToken));
        }

        return found;
    }

    private static async Task<ProjectRow> ProjectAsync(RegistryContext context, string project, DateTimeOffset now, CancellationToken cancellationToken) =>
        await context.Projects.FindAsync([project], cancellationToken)
        ?? context.Projects.Add(new ProjectRow { Name = project, CreatedAt = now }).Entity;

    private static DropRow Entry(string project, BlobInfo item, DateTimeOffset now) =>
        new() { Bucket = item.Bucket, Key = item.Key, ETag = item.ETag, Project = project, Bytes = item.Bytes, SeenAt = now };

    private static async Task SetHashAsync(RegistryContext context, DropRow drop, string sha256, CancellationToken cancellationToken)
    {
        drop.Sha256 = sha256;
        drop.RunId ??= await context.Drops
            .Where(row => row.Bucket == drop.Bucket && row.Key == drop.Key && row.Sha256 == sha256 && row.RunId != null)
            .OrderBy(row => row.Id).Select(row => row.RunId).FirstOrDefaultAsync(cancellationToken);
    }

    // Each marker counts once, or the next file after it would start a run of its own.
    private static void NoteMarker(ProjectRow row, IReadOnlyList<BlobInfo> objects, DateTimeOffset now)
    {
        var marker = objects.Where(item => InboxKey.Parse(item.Key).Kind == InboxKind.Ready).MaxBy(item => item.LastModified);
        var identity = marker is null ? row.ReadyMarker : $"{marker.Key} {marker.ETag} {marker.LastModified.UtcTicks}";
        if (identity != row.ReadyMarker)
        {
            (row.ReadyMarker, row.ReadyAt) = (identity, now);
        }
    }

    // Settings alone start no run, except that they are what the waiting run was rejected for.
    private static void TryAgain(ProjectRow row, List<DropRow> present, DateTimeOffset now)
    {
        foreach (var drop in present.Where(drop => drop.RunId == row.RefusedRun))
        {
            (drop.RunId, drop.SeenAt) = (null, now);
        }

        (row.RefusedRun, row.RefusedSettings, row.MissingModel) = (null, null, null);
    }
}
