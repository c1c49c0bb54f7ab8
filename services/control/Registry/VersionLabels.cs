using System.Text.RegularExpressions;
using LoraMesh.Contracts;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>Tags and free aliases of versions; champion and previous move with promotions only.</summary>
public sealed partial class VersionLabels(RegistryStore registry, OutboxDispatcher outbox, TimeProvider time)
{
    /// <summary>Longest value of a tag.</summary>
    public const int MaxValue = 1000;

    /// <summary>Most tags of a version.</summary>
    public const int MaxTags = 100;

    /// <summary>Whether a name can be a tag's.</summary>
    public static bool IsTagKey(string key) => TagKey().IsMatch(key);

    /// <summary>Whether a name can be that of an alias that people set.</summary>
    public static bool IsFreeAlias(string name) => AliasName().IsMatch(name) && name is not (AliasRow.Champion or AliasRow.Previous);

    /// <summary>Gives a version a tag, or another value to a tag that it has.</summary>
    /// <returns>Whether it was done: there is the version, and it has room for the tag.</returns>
    public Task<bool> SetTagAsync(string project, int version, string key, string value, string who, CancellationToken cancellationToken) => WriteAsync(
        async context =>
        {
            if (await context.Versions.FindAsync([project, version], cancellationToken) is not { } row)
            {
                return false;
            }

            if (await context.Tags.FindAsync([project, version, key], cancellationToken) is { } tag)
            {
                tag.Value = value;
            }
            else if (await context.Tags.CountAsync(row => row.Project == project && row.Version == version, cancellationToken) < MaxTags)
            {
                context.Tags.Add(new VersionTagRow { Project = project, Version = version, Key = key, Value = value });
            }
            else
            {
                return false;
            }

            await RecordAsync(context, row, cancellationToken);
            Note(context, project, version, who, "tag_set", $"{key} = {value}");
            return true;
        },
        cancellationToken);

    /// <summary>Takes a tag from a version.</summary>
    /// <returns>Whether it had it.</returns>
    public Task<bool> RemoveTagAsync(string project, int version, string key, string who, CancellationToken cancellationToken) => WriteAsync(
        async context =>
        {
            if (await context.Tags.FindAsync([project, version, key], cancellationToken) is not { } tag)
            {
                return false;
            }

            context.Tags.Remove(tag);
            await RecordAsync(context, (await context.Versions.FindAsync([project, version], cancellationToken))!, cancellationToken);
            Note(context, project, version, who, "tag_removed", key);
            return true;
        },
        cancellationToken);

    /// <summary>Lets an alias point to a version.</summary>
    /// <returns>Whether there is the version, with its adapter still in the store.</returns>
    public Task<bool> SetAliasAsync(string project, string name, int version, string who, CancellationToken cancellationToken) => WriteAsync(
        async context =>
        {
            if (await context.Versions.SingleOrDefaultAsync(row => row.Project == project && row.Version == version && row.CollectedAt == null, cancellationToken) is not { } target)
            {
                return false;
            }

            if (await context.Aliases.FindAsync([project, name], cancellationToken) is { } alias)
            {
                alias.Version = version;
            }
            else
            {
                context.Aliases.Add(new AliasRow { Project = project, Name = name, Version = version });
            }

            context.AddBlob(project, null, Buckets.Adapters, BlobOf(project, name), VersionQueries.AliasOf(target), time.GetUtcNow());
            Note(context, project, version, who, "alias_set", name);
            return true;
        },
        cancellationToken);

    /// <summary>Takes an alias away.</summary>
    /// <returns>Whether it was there.</returns>
    public Task<bool> RemoveAliasAsync(string project, string name, string who, CancellationToken cancellationToken) => WriteAsync(
        async context =>
        {
            if (await context.Aliases.FindAsync([project, name], cancellationToken) is not { } alias)
            {
                return false;
            }

            context.Aliases.Remove(alias);
            context.AddDeletion(project, Buckets.Adapters, BlobOf(project, name), time.GetUtcNow());
            Note(context, project, alias.Version, who, "alias_removed", name);
            return true;
        },
        cancellationToken);

    private async Task<bool> WriteAsync(Func<RegistryContext, Task<bool>> change, CancellationToken cancellationToken)
    {
        var done = await registry.WriteAsync(change, cancellationToken);
        outbox.Added.Wake();
        return done;
    }

    // Beside the record of the run that made the version, from which the registry can be made again.
    private async Task RecordAsync(RegistryContext context, AdapterVersionRow version, CancellationToken cancellationToken)
    {
        await context.SaveChangesAsync(cancellationToken);
        var tags = await context.Tags.Where(tag => tag.Project == version.Project && tag.Version == version.Version).ToDictionaryAsync(tag => tag.Key, tag => tag.Value, cancellationToken);
        context.AddBlob(version.Project, version.RunId, Buckets.Runs, $"{version.RunId}/{RegistryRebuild.TagsName}", new SortedDictionary<string, string>(tags, StringComparer.Ordinal), time.GetUtcNow());
    }

    private static string BlobOf(string project, string alias) => $"{project}/aliases/{alias}.json";

    private void Note(RegistryContext context, string project, int version, string who, string what, string why) =>
        context.Audit.Add(new AuditRow { At = time.GetUtcNow(), Who = who, What = what, Why = why, Project = project, Version = version });

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagKey();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex AliasName();
}
