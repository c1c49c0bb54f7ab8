using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Queries;

/// <summary>Projects at a glance: who answers, how it got there, and what is going on.</summary>
public sealed class ProjectViews(RegistryStore registry)
{
    private const int TrendLength = 20;

    /// <summary>A page of projects, ordered by name.</summary>
    /// <param name="search">A part of their names; null for all.</param>
    /// <param name="after">Only projects whose names come after this one.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="of">Only these projects; null for all.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public Task<ProjectPage> PageAsync(string? search, string? after, int limit, IReadOnlyList<string>? of, CancellationToken cancellationToken) => registry.ReadAsync(async context =>
    {
        var names = await context.Projects
            .Where(row => (search == null || row.Name.Contains(search)) && (after == null || row.Name.CompareTo(after) > 0) && (of == null || of.Contains(row.Name)))
            .OrderBy(row => row.Name).Select(row => row.Name).Take(limit + 1).ToListAsync(cancellationToken);
        var found = new List<ProjectGlance>();
        foreach (var name in names.Take(limit))
        {
            found.Add(await GlanceAsync(context, name, cancellationToken));
        }

        return new ProjectPage(found, names.Count > limit ? names[limit - 1] : null);
    }, cancellationToken);

    /// <summary>One project, or null where nobody has dropped anything under its name.</summary>
    public Task<ProjectGlance?> FindAsync(string project, CancellationToken cancellationToken) => registry.ReadAsync<ProjectGlance?>(async context =>
        await context.Projects.AnyAsync(row => row.Name == project, cancellationToken) ? await GlanceAsync(context, project, cancellationToken) : null, cancellationToken);

    // Three small questions by key for each project that is shown: one that ranks all versions would read them all.
    private static async Task<ProjectGlance> GlanceAsync(RegistryContext context, string project, CancellationToken cancellationToken)
    {
        var versions = await context.Versions.Where(row => row.Project == project).OrderByDescending(row => row.Version).Take(TrendLength)
            .Select(row => new { row.Version, row.AdapterFigures, row.Promoted }).ToListAsync(cancellationToken);
        var champion = await context.AliasedAsync(project, AliasRow.Champion, cancellationToken);
        var run = await context.Runs.Where(row => row.Project == project).OrderByDescending(row => row.Number)
            .Select(row => new { row.RunId, row.State, row.Stalled, row.Ended }).FirstOrDefaultAsync(cancellationToken);
        var waiting = await context.Drops.CountAsync(row => row.Project == project && row.RunId == null, cancellationToken);
        versions.Reverse();
        return new ProjectGlance
        {
            Name = project,
            Champion = champion is null ? null : new VersionPoint(champion.Version, Read(champion.AdapterFigures), true),
            ChampionSince = champion?.CreatedAt,
            Trend = versions.ConvertAll(row => new VersionPoint(row.Version, Read(row.AdapterFigures), row.Promoted)),
            Run = run?.RunId,
            State = run?.State,
            IsStalled = run is { Stalled: true, Ended: false },
            Waiting = waiting,
        };
    }

    private static Figures Read(string json) => JsonSerializer.Deserialize<Figures>(json, ContractsJson.Options)!;
}
