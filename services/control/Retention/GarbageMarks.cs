using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Retention;

/// <summary>What the registry refers to: the roots of a collection.</summary>
internal sealed class GarbageMarks
{
    private readonly HashSet<(string Project, string AdapterId)> _versions = [];
    private readonly HashSet<(string Project, string Id)> _adapters = [];
    private readonly HashSet<(string Project, string Id)> _datasets = [];
    private readonly HashSet<(string Project, string Name)> _aliases = [];
    private readonly Dictionary<string, bool> _runs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);

    /// <summary>Reads them. What a version needs stays as long as any version that is kept needs it.</summary>
    internal static async Task<GarbageMarks> ReadAsync(RegistryContext context, RetentionOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var marks = new GarbageMarks();
        foreach (var run in await context.Runs.Select(run => new { run.RunId, run.Project, run.Ended }).ToListAsync(cancellationToken))
        {
            marks._runs[run.RunId] = run.Ended;
            if (!run.Ended)
            {
                marks._busy.Add(run.Project);
            }
        }

        var aliases = await context.Aliases.ToListAsync(cancellationToken);
        marks._aliases.UnionWith(aliases.Select(alias => (alias.Project, alias.Name)));
        var safe = aliases.Select(alias => (alias.Project, alias.Version)).ToHashSet();
        safe.UnionWith((await context.Tags.Where(tag => tag.Key == VersionTagRow.Keep).ToListAsync(cancellationToken)).Select(tag => (tag.Project, tag.Version)));
        safe.UnionWith((await context.Runs.Where(run => run.State == RunStates.Held && run.Version != null).Select(run => new { run.Project, run.Version }).ToListAsync(cancellationToken)).Select(run => (run.Project, run.Version!.Value)));

        var versions = await context.Versions.Where(row => row.CollectedAt == null).Select(row => new { row.Project, row.Version, row.AdapterId, row.DatasetId, row.CreatedAt }).ToListAsync(cancellationToken);
        foreach (var project in versions.GroupBy(row => row.Project))
        {
            foreach (var (row, age) in project.OrderByDescending(row => row.Version).Select((row, age) => (row, age)))
            {
                marks._versions.Add((row.Project, row.AdapterId));
                if (options.KeepVersions == 0 || age < options.KeepVersions || safe.Contains((row.Project, row.Version)) || now - row.CreatedAt < options.Grace)
                {
                    marks._adapters.Add((row.Project, row.AdapterId));
                    marks._datasets.Add((row.Project, row.DatasetId));
                }
            }
        }

        return marks;
    }

    /// <summary>Whether a project has an open run, which may find and use again what lies there.</summary>
    internal bool IsBusy(string project) => _busy.Contains(project);

    /// <summary>Why nothing refers to an adapter; null where something does.</summary>
    internal string? ReasonOfAdapter(string project, string adapterId) =>
        _adapters.Contains((project, adapterId)) ? null : _versions.Contains((project, adapterId)) ? "not_kept" : "no_version";

    /// <summary>Why nothing refers to a dataset; null where something does.</summary>
    internal string? ReasonOfDataset(string project, string datasetId) => _datasets.Contains((project, datasetId)) ? null : "no_dataset";

    /// <summary>Why nothing refers to an alias's object; null where something does.</summary>
    internal string? ReasonOfAlias(string project, string file) => _aliases.Contains((project, Path.GetFileNameWithoutExtension(file))) ? null : "no_alias";

    /// <summary>Why nothing refers to an object of a run; null where something does. What a run has shown stays, what it worked with goes when it ends.</summary>
    internal string? ReasonOfRun(string runId, string rest) =>
        !_runs.TryGetValue(runId, out var ended) ? "no_run" : ended && IsWork(rest) ? "run_ended" : null;

    private static bool IsWork(string rest) => rest.StartsWith("checkpoints/", StringComparison.Ordinal) || rest.StartsWith("evaluation/", StringComparison.Ordinal) || rest.StartsWith("jobs/", StringComparison.Ordinal);
}
