using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Queries;

/// <summary>Where versions come from, and what was done when by whom.</summary>
public sealed class LineageViews(RegistryStore registry, RunViews views)
{
    /// <summary>The lineage of a version, or null where there is no such version.</summary>
    public async Task<LineageView?> FindAsync(string project, int version, CancellationToken cancellationToken)
    {
        var found = await registry.ReadAsync(
            async context =>
            {
                var row = await context.Versions.Where(row => row.Project == project && row.Version == version)
                    .Join(context.Runs, row => row.RunId, run => run.RunId, (row, run) => new { Version = row, Run = run }).SingleOrDefaultAsync(cancellationToken);
                return row is null ? null : new
                {
                    row.Version,
                    row.Run,
                    History = await context.Audit.Where(entry => entry.Project == project && (entry.RunId == row.Run.RunId || entry.Version == version)).OrderBy(entry => entry.Id).ToListAsync(cancellationToken),
                };
            },
            cancellationToken);
        if (found is null)
        {
            return null;
        }

        var run = TransitionWriter.Read(found.Run);
        return new LineageView
        {
            Project = project,
            Version = version,
            Drops = run.Inputs,
            Dataset = run.Dataset!,
            Run = (await views.FindAsync(run.RunId, cancellationToken))!,
            Config = run.Config!,
            Adapter = run.Trained!,
            ModelDigest = found.Version.ModelDigest,
            Verdict = run.Verdict!,
            Registered = (await views.VersionsAsync(project, version + 1, 1, cancellationToken)).Single(),
            History = found.History.ConvertAll(Show),
        };
    }

    /// <summary>The newest entries of the audit trail, of one project or of all.</summary>
    public Task<AuditList> AuditAsync(string? project, int limit, CancellationToken cancellationToken) => registry.ReadAsync(
        async context => new AuditList
        {
            Data = (await context.Audit.Where(row => project == null || row.Project == project).OrderByDescending(row => row.Id).Take(limit).ToListAsync(cancellationToken)).ConvertAll(Show),
        },
        cancellationToken);

    /// <summary>A page of the audit trail, newest first.</summary>
    /// <param name="project">The project; null for all.</param>
    /// <param name="before">Only entries older than the one of this number.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The entries, and what asks for older ones; null where there are none.</returns>
    public Task<(IReadOnlyList<AuditEntry> Entries, long? Older)> AuditPageAsync(string? project, long? before, int limit, CancellationToken cancellationToken) => registry.ReadAsync<(IReadOnlyList<AuditEntry>, long?)>(
        async context =>
        {
            var rows = await context.Audit.Where(row => (project == null || row.Project == project) && (before == null || row.Id < before))
                .OrderByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellationToken);
            return ([.. rows.Take(limit).Select(Show)], rows.Count > limit ? rows[limit - 1].Id : null);
        },
        cancellationToken);

    private static AuditEntry Show(AuditRow row) => new()
    {
        Sequence = row.Sequence,
        At = row.At,
        Who = row.Who,
        What = row.What,
        Project = row.Project,
        Run = row.RunId,
        Version = row.Version,
        Why = row.Why,
        Hash = row.Hash,
    };
}
