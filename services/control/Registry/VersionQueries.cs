using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Registry;

/// <summary>Questions about a project's versions.</summary>
public static class VersionQueries
{
    /// <summary>The champion's alias as it stands and the digest of its base model, or null.</summary>
    public static async Task<(AdapterAlias Alias, string ModelDigest)?> ChampionAsync(this RegistryContext context, string project, CancellationToken cancellationToken) =>
        await context.AliasedAsync(project, AliasRow.Champion, cancellationToken) is { } version ? (AliasOf(version), version.ModelDigest) : null;

    /// <summary>The version that an alias points to, or null.</summary>
    public static Task<AdapterVersionRow?> AliasedAsync(this RegistryContext context, string project, string alias, CancellationToken cancellationToken) =>
        context.Aliases.Where(row => row.Project == project && row.Name == alias)
            .Join(context.Versions, row => new { row.Project, row.Version }, row => new { row.Project, row.Version }, (_, version) => version)
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>The number that the project's next version gets.</summary>
    public static async Task<int> NextVersionAsync(this RegistryContext context, string project, CancellationToken cancellationToken) =>
        1 + (await context.Versions.Where(row => row.Project == project).MaxAsync(row => (int?)row.Version, cancellationToken) ?? 0);

    /// <summary>What an alias object says when it points to a version.</summary>
    public static AdapterAlias AliasOf(AdapterVersionRow version) => new()
    {
        Project = version.Project,
        Version = version.Version,
        AdapterId = version.AdapterId,
        Adapter = JsonSerializer.Deserialize<BlobRef>(version.Adapter, ContractsJson.Options)!,
    };
}
