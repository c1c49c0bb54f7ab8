using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Intake;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>
/// Makes an empty registry again from the store alone: runs that have ended from their <c>run.json</c>, with their datasets
/// and versions; tags from beside these; aliases from their objects; the ledger from what the runs took; the audit trail from its archive.
/// </summary>
public sealed class RegistryRebuild(RegistryStore registry, IBlobStore blobs, AuditArchive archive, TimeProvider time, ILogger<RegistryRebuild> log) : IHostedService
{
    /// <summary>Name of a run's record in its folder of <see cref="Buckets.Runs"/>.</summary>
    public const string RecordName = "run.json";

    /// <summary>Name of the tags of the version that a run made, beside <see cref="RecordName"/>: an object of names and values.</summary>
    public const string TagsName = "tags.json";

    private const int TrailPart = 500;

    /// <summary>Where the database is empty, rebuilds it before anything else is done; where its trail is older than the archive, writes that.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await RebuildAsync(cancellationToken);
        await archive.CatchUpAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Rebuilds an empty registry; one that holds anything is left as it is.</summary>
    /// <returns>How many runs were found; 0 where there was nothing to do.</returns>
    public async Task<int> RebuildAsync(CancellationToken cancellationToken)
    {
        await using var turn = await registry.TryTakeTurnAsync(SharedWork.Rebuild, cancellationToken);
        if (turn is null || !await IsEmptyAsync(cancellationToken))
        {
            return 0;
        }

        var runs = await ReadRunsAsync(cancellationToken);
        var trail = await registry.ReadAsync(context => context.Audit.AnyAsync(cancellationToken), cancellationToken) ? [] : await archive.ReadAsync(cancellationToken);
        if (runs.Count == 0 && trail.Count == 0)
        {
            return 0;
        }

        runs = OneRunAVersion(runs);
        var aliases = await ReadAliasesAsync(cancellationToken);
        var missing = await MissingAsync(runs, cancellationToken);
        var drops = await ReadDropsAsync(runs, cancellationToken);
        var tags = await ReadTagsAsync(runs, cancellationToken);
        await registry.WriteAsync(
            async context =>
            {
                // In parts, which keeps their order.
                foreach (var part in trail.Chunk(TrailPart))
                {
                    context.Audit.AddRange(part);
                    await context.SaveChangesAsync(cancellationToken);
                }

                await StoreAsync(context, runs, aliases, missing, drops, cancellationToken);
                context.Tags.AddRange(tags);
            },
            cancellationToken);
        log.RegistryRebuilt(runs.Count, aliases.Count, drops.Count, trail.Count);
        return runs.Count;
    }

    private Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => registry.ReadAsync(
        async context => !await context.Runs.AnyAsync(cancellationToken) && !await context.Projects.AnyAsync(cancellationToken) && !await context.Versions.AnyAsync(cancellationToken), cancellationToken);

    private async Task<List<Run>> ReadRunsAsync(CancellationToken cancellationToken)
    {
        var runs = new List<Run>();
        await foreach (var blob in blobs.ListAsync(Buckets.Runs, string.Empty, cancellationToken))
        {
            if (blob.Key.Split('/') is [var runId, RecordName] && await FindAsync<Run>(Buckets.Runs, blob.Key, cancellationToken) is { Job: null } run && run.RunId == runId)
            {
                runs.Add(run);
            }
        }

        return [.. runs.OrderBy(run => run.CreatedAt).ThenBy(run => run.RunId, StringComparer.Ordinal)];
    }

    // A database that was once set back has given a number twice: it is the later run's, and the other run stays without.
    private static List<Run> OneRunAVersion(List<Run> runs)
    {
        var owners = runs.Where(run => run.Version is not null).GroupBy(run => (run.Project, run.Version)).ToDictionary(version => version.Key, version => version.MaxBy(run => run.UpdatedAt)!.RunId);
        return runs.ConvertAll(run => run.Version is null || owners[(run.Project, run.Version)] == run.RunId ? run : run with { Version = null });
    }

    private async Task<List<(string Name, AdapterAlias Alias)>> ReadAliasesAsync(CancellationToken cancellationToken)
    {
        var aliases = new List<(string, AdapterAlias)>();
        await foreach (var blob in blobs.ListAsync(Buckets.Adapters, string.Empty, cancellationToken))
        {
            if (blob.Key.Split('/') is [var project, "aliases", var file] && await FindAsync<AdapterAlias>(Buckets.Adapters, blob.Key, cancellationToken) is { } alias && alias.Project == project)
            {
                aliases.Add((Path.GetFileNameWithoutExtension(file), alias));
            }
        }

        return aliases;
    }

    private async Task<List<VersionTagRow>> ReadTagsAsync(List<Run> runs, CancellationToken cancellationToken)
    {
        var tags = new List<VersionTagRow>();
        foreach (var run in runs.Where(run => run.Version is not null))
        {
            var found = await FindAsync<Dictionary<string, string>>(Buckets.Runs, $"{run.RunId}/{TagsName}", cancellationToken) ?? [];
            tags.AddRange(found
                .Where(tag => VersionLabels.IsTagKey(tag.Key) && tag.Value is { Length: <= VersionLabels.MaxValue })
                .Take(VersionLabels.MaxTags)
                .Select(tag => new VersionTagRow { Project = run.Project, Version = run.Version!.Value, Key = tag.Key, Value = tag.Value }));
        }

        return tags;
    }

    // Adapters that were collected before the registry was lost.
    private async Task<HashSet<(string Project, string AdapterId)>> MissingAsync(List<Run> runs, CancellationToken cancellationToken)
    {
        var missing = new HashSet<(string, string)>();
        foreach (var run in runs.Where(run => run.Version is not null).DistinctBy(run => (run.Project, run.Trained!.AdapterId)))
        {
            if (await blobs.StatAsync(run.Trained!.Adapter.Bucket, run.Trained.Adapter.Key, cancellationToken) is null)
            {
                missing.Add((run.Project, run.Trained.AdapterId));
            }
        }

        return missing;
    }

    // What lies in the inbox since before a run that took as many bytes from there is what that run took.
    private async Task<List<DropRow>> ReadDropsAsync(List<Run> runs, CancellationToken cancellationToken)
    {
        var taken = runs.SelectMany(run => run.Inputs.Select(input => (run, input))).ToLookup(entry => entry.input.Key, StringComparer.Ordinal);
        var drops = new List<DropRow>();
        await foreach (var blob in blobs.ListAsync(Buckets.Inbox, string.Empty, cancellationToken))
        {
            var (run, input) = taken[blob.Key].FirstOrDefault(entry => entry.input.Bytes == blob.Bytes && blob.LastModified <= entry.run.CreatedAt);
            if (run is not null && InboxKey.Parse(blob.Key).Kind == InboxKind.Data)
            {
                drops.Add(new DropRow { Bucket = Buckets.Inbox, Key = blob.Key, ETag = blob.ETag, Project = run.Project, Bytes = blob.Bytes, SeenAt = blob.LastModified, Sha256 = input.Sha256, RunId = run.RunId });
            }
        }

        return drops;
    }

    private async Task StoreAsync(RegistryContext context, List<Run> runs, List<(string Name, AdapterAlias Alias)> aliases, HashSet<(string, string)> missing, List<DropRow> drops, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        context.Projects.AddRange(runs.GroupBy(run => run.Project).Select(project => new ProjectRow { Name = project.Key, CreatedAt = project.First().CreatedAt }));
        foreach (var run in runs)
        {
            context.Runs.Add(TransitionWriter.RowOf(run));
            if (run.Version is { } version)
            {
                var row = TransitionWriter.VersionOf(run, version, run.UpdatedAt);
                row.CollectedAt = missing.Contains((run.Project, run.Trained!.AdapterId)) ? now : null;
                context.Versions.Add(row);
            }

            // Numbers grow in the order of saving.
            await context.SaveChangesAsync(cancellationToken);
        }

        context.Datasets.AddRange(runs.Where(run => run.Trained is not null).DistinctBy(run => (run.Project, run.Dataset!.DatasetId)).Select(run => TransitionWriter.DatasetOf(run, run.CreatedAt)));
        context.Aliases.AddRange(aliases.Where(entry => runs.Exists(run => run.Project == entry.Alias.Project && run.Version == entry.Alias.Version)).Select(entry => new AliasRow { Project = entry.Alias.Project, Name = entry.Name, Version = entry.Alias.Version }));
        context.Drops.AddRange(drops);
        foreach (var project in runs.GroupBy(run => run.Project))
        {
            context.Audit.Add(new AuditRow { At = now, Who = "control", What = "registry_rebuilt", Why = $"The database was empty; {project.Count()} runs were found in the store.", Project = project.Key });
        }
    }

    private async Task<T?> FindAsync<T>(string bucket, string key, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await blobs.FindJsonAsync<T>(bucket, key, cancellationToken);
        }
        catch (JsonException problem)
        {
            log.RecordUnreadable($"{bucket}/{key}", problem.Message);
            return null;
        }
    }
}
