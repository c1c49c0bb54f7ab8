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
        var found = await GlancesAsync(context, [.. names.Take(limit)], cancellationToken);
        return new ProjectPage(found, names.Count > limit ? names[limit - 1] : null);
    }, cancellationToken);

    /// <summary>One project, or null where nobody has dropped anything under its name.</summary>
    public Task<ProjectGlance?> FindAsync(string project, CancellationToken cancellationToken) => registry.ReadAsync(async context =>
        (await GlancesAsync(context, [project], cancellationToken)).SingleOrDefault(), cancellationToken);

    // Each part is found by key for the projects that are shown: a question that ranks all runs would read them all.
    private static async Task<List<ProjectGlance>> GlancesAsync(RegistryContext context, List<string> names, CancellationToken cancellationToken)
    {
        var projects = await context.Projects.Where(row => names.Contains(row.Name)).OrderBy(row => row.Name).Select(row => new
        {
            row.Name,
            Newest = context.Runs.Where(run => run.Project == row.Name).Max(run => (long?)run.Number),
            Waiting = context.Drops.Count(drop => drop.Project == row.Name && drop.RunId == null),
        }).ToListAsync(cancellationToken);
        var numbers = projects.Where(project => project.Newest is not null).Select(project => project.Newest!.Value).ToList();
        var runs = await context.Runs.Where(run => numbers.Contains(run.Number)).Select(run => new { run.Project, run.RunId, run.State, run.Stalled, run.Ended }).ToDictionaryAsync(run => run.Project, cancellationToken);
        var champions = await context.Aliases.Where(alias => names.Contains(alias.Project) && alias.Name == AliasRow.Champion)
            .Join(context.Versions, alias => new { alias.Project, alias.Version }, version => new { version.Project, version.Version }, (_, version) => version).ToDictionaryAsync(version => version.Project, cancellationToken);
        var trends = (await context.Versions
            .Where(version => names.Contains(version.Project) && version.Version > context.Versions.Where(other => other.Project == version.Project).Max(other => other.Version) - TrendLength)
            .OrderBy(version => version.Version).Select(version => new { version.Project, version.Version, version.AdapterFigures, version.Promoted }).ToListAsync(cancellationToken)).ToLookup(version => version.Project);
        return projects.ConvertAll(project =>
        {
            var (run, champion) = (runs.GetValueOrDefault(project.Name), champions.GetValueOrDefault(project.Name));
            return new ProjectGlance
            {
                Name = project.Name,
                Champion = champion is null ? null : new VersionPoint(champion.Version, Read(champion.AdapterFigures), true),
                ChampionSince = champion?.CreatedAt,
                Trend = [.. trends[project.Name].Select(version => new VersionPoint(version.Version, Read(version.AdapterFigures), version.Promoted))],
                Run = run?.RunId,
                State = run?.State,
                IsStalled = run is { Stalled: true, Ended: false },
                Waiting = project.Waiting,
            };
        });
    }

    private static Figures Read(string json) => JsonSerializer.Deserialize<Figures>(json, ContractsJson.Options)!;
}
