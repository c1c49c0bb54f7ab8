using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Control.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Queries;

/// <summary>Runs and adapters as the API shows them.</summary>
public sealed class RunViews(RegistryStore registry, RunBoard board, TimeProvider time)
{
    /// <summary>Versions in a page where nobody says how many.</summary>
    public const int DefaultVersions = 200;

    /// <summary>A run, or null.</summary>
    public async Task<RunView?> FindAsync(string runId, CancellationToken cancellationToken) =>
        await RowAsync(runId, cancellationToken) is { } row ? Show(row) : null;

    /// <summary>A run as the pipeline knows it, or null.</summary>
    public async Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken) =>
        await RowAsync(runId, cancellationToken) is { } row ? TransitionWriter.Read(row) : null;

    /// <summary>A run in both ways, as it was at one moment; null where there is none.</summary>
    public async Task<(Run Run, RunView View)?> FindBothAsync(string runId, CancellationToken cancellationToken) =>
        await RowAsync(runId, cancellationToken) is { } row ? (TransitionWriter.Read(row), Show(row)) : null;

    /// <summary>The newest runs, of one project or of all.</summary>
    /// <param name="project">The project; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <param name="of">Only runs of these projects; null for all.</param>
    public Task<RunList> ListAsync(string? project, int limit, CancellationToken cancellationToken, IReadOnlyList<string>? of = null) => registry.ReadAsync(async context =>
    {
        var rows = await context.Runs.Where(row => (project == null || row.Project == project) && (of == null || of.Contains(row.Project)))
            .OrderByDescending(row => row.Number).Take(limit).ToListAsync(cancellationToken);
        return new RunList { Data = rows.ConvertAll(Show) };
    }, cancellationToken);

    /// <summary>A page of runs. It is found by number, so that the thousandth page costs as much as the first.</summary>
    public Task<RunPage> PageAsync(RunFilter filter, CancellationToken cancellationToken) => registry.ReadAsync(async context =>
    {
        var asked = Asked(context.Runs, filter);
        var ordered = filter.After is { } after
            ? asked.Where(row => row.Number > after).OrderBy(row => row.Number)
            : asked.Where(row => filter.Before == null || row.Number < filter.Before).OrderByDescending(row => row.Number);
        var rows = await ordered.Take(filter.Limit + 1).ToListAsync(cancellationToken);
        var more = rows.Count > filter.Limit;
        rows = [.. rows.Take(filter.Limit).OrderByDescending(row => row.Number)];
        if (rows.Count == 0)
        {
            return new RunPage([], null, null);
        }

        var hasNewer = filter.After is not null ? more : filter.Before is not null;
        var hasOlder = filter.After is not null || more;
        return new RunPage(rows.ConvertAll(Show), hasNewer ? rows[0].Number : null, hasOlder ? rows[^1].Number : null);
    }, cancellationToken);

    /// <summary>A page of a project's versions, newest first.</summary>
    /// <param name="project">The project.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <param name="before">Only versions below this one; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    public async Task<AdapterList> AdaptersAsync(string project, CancellationToken cancellationToken, int? before = null, int limit = DefaultVersions)
    {
        var found = await VersionsAsync(project, before, limit + 1, cancellationToken);
        return found.Count <= limit ? new AdapterList { Data = found } : new AdapterList { Data = found[..limit], Next = found[limit - 1].Version };
    }

    /// <summary>One version of a project, or null.</summary>
    public async Task<AdapterView?> FindVersionAsync(string project, int version, CancellationToken cancellationToken) =>
        (await VersionsAsync(project, version + 1, 1, cancellationToken)) is [var found] && found.Version == version ? found : null;

    /// <summary>The version of a project that an alias points to, or null.</summary>
    public async Task<AdapterView?> FindAliasAsync(string project, string alias, CancellationToken cancellationToken) =>
        await registry.ReadAsync(context => context.Aliases.Where(row => row.Project == project && row.Name == alias).Select(row => (int?)row.Version).SingleOrDefaultAsync(cancellationToken), cancellationToken) is { } version
            ? await FindVersionAsync(project, version, cancellationToken)
            : null;

    /// <summary>Some versions of a project, newest first.</summary>
    /// <param name="project">The project.</param>
    /// <param name="before">Only versions below this one; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public Task<List<AdapterView>> VersionsAsync(string project, int? before, int limit, CancellationToken cancellationToken) => registry.ReadAsync(async context =>
    {
        var versions = await context.Versions.Where(row => row.Project == project && (before == null || row.Version < before))
            .OrderByDescending(row => row.Version).Take(limit).ToListAsync(cancellationToken);
        var (lowest, highest) = versions.Count == 0 ? (0, -1) : (versions[^1].Version, versions[0].Version);
        var aliases = await context.Aliases.Where(row => row.Project == project && row.Version >= lowest && row.Version <= highest).OrderBy(row => row.Name).ToListAsync(cancellationToken);
        var tags = (await context.Tags.Where(row => row.Project == project && row.Version >= lowest && row.Version <= highest).OrderBy(row => row.Key).ToListAsync(cancellationToken)).ToLookup(row => row.Version);
        return versions.ConvertAll(version => Show(version, aliases, tags[version.Version]));
    }, cancellationToken);

    private static IQueryable<RunRow> Asked(IQueryable<RunRow> runs, RunFilter filter)
    {
        var (project, state, of) = (filter.Project, filter.State, filter.Of);
        runs = runs.Where(row => (project == null || row.Project == project) && (of == null || of.Contains(row.Project)));
        return state switch
        {
            null => runs,
            RunFilter.Open => runs.Where(row => !row.Ended),
            RunFilter.Stalled => runs.Where(row => !row.Ended && row.Stalled),
            _ => runs.Where(row => row.State == state),
        };
    }

    private Task<RunRow?> RowAsync(string runId, CancellationToken cancellationToken) =>
        registry.ReadAsync(context => context.Runs.SingleOrDefaultAsync(row => row.RunId == runId, cancellationToken), cancellationToken);

    private RunView Show(RunRow row)
    {
        var run = TransitionWriter.Read(row);
        var progress = board.Progress(row.RunId) ?? Parse<RunProgress>(row.Progress);
        return new RunView
        {
            Run = run.RunId,
            Project = run.Project,
            State = run.State,
            Reason = run.Reason,
            Code = run.Code,
            CreatedAt = run.CreatedAt,
            UpdatedAt = run.UpdatedAt,
            Seconds = Math.Round(((run.Job is null ? run.UpdatedAt : time.GetUtcNow()) - run.CreatedAt).TotalSeconds, 3),
            Attempt = run.Attempt,
            Stalled = row.Stalled,
            Dataset = run.Dataset?.DatasetId,
            Version = run.Version,
            AdapterId = run.Trained?.AdapterId,
            Promoted = run.State is RunStates.Deploying or RunStates.Promoted ? true : run.Verdict?.Promote,
            Decision = run.Verdict is { } verdict ? verdict.Decision ?? (verdict.Promote ? GateDecision.Promote : GateDecision.Refuse) : null,
            Rows = run.Dataset is { } dataset ? new RunRows { Train = dataset.TrainRows, Test = dataset.TestRows, Rejected = dataset.RejectedRows } : null,
            Progress = progress?.Stage == run.State ? progress : null,
            Base = run.Verdict?.Base,
            Adapter = run.Verdict?.Candidate,
            Champion = run.Verdict?.Champion,
            Inputs = [.. run.Inputs.Select(input => input.Key)],
            TraceId = RunTrace.TraceId(run),
        };
    }

    private static AdapterView Show(AdapterVersionRow version, List<AliasRow> aliases, IEnumerable<VersionTagRow> tags) => new()
    {
        Project = version.Project,
        Version = version.Version,
        AdapterId = version.AdapterId,
        Run = version.RunId,
        Dataset = version.DatasetId,
        CreatedAt = version.CreatedAt,
        Aliases = [.. aliases.Where(alias => alias.Version == version.Version).Select(alias => alias.Name)],
        Base = Parse<Figures>(version.BaseFigures)!,
        Adapter = Parse<Figures>(version.AdapterFigures)!,
        Promoted = version.Promoted,
        Tags = tags.ToDictionary(tag => tag.Key, tag => tag.Value),
        CollectedAt = version.CollectedAt,
    };

    private static T? Parse<T>(string? json)
        where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, ContractsJson.Options);
}
