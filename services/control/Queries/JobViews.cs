using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Queries;

/// <summary>Stages of runs, and who works on them.</summary>
public sealed class JobViews(RegistryStore registry, IBlobStore blobs, TimeProvider time)
{
    private const int MaxOpen = 500;

    /// <summary>The stages that a run has come to, in their order.</summary>
    public Task<List<JobRow>> OfRunAsync(string runId, CancellationToken cancellationToken) => registry.ReadAsync(
        context => context.Jobs.Where(job => job.RunId == runId).OrderBy(job => job.StartedAt).ToListAsync(cancellationToken), cancellationToken);

    /// <summary>Open jobs, the oldest first, at most five hundred, each with the worker that holds it.</summary>
    /// <param name="of">Only jobs of these projects; null for all.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<IReadOnlyList<OpenJob>> OpenAsync(IReadOnlyList<string>? of, CancellationToken cancellationToken)
    {
        var open = await registry.ReadAsync(
            context => context.Jobs.Where(job => job.ClosedAt == null)
                .Join(context.Runs, job => job.RunId, run => run.RunId, (job, run) => new { Job = job, run.Project, run.Stalled })
                .Where(row => of == null || of.Contains(row.Project))
                .OrderBy(row => row.Job.IssuedAt).Take(MaxOpen).ToListAsync(cancellationToken),
            cancellationToken);
        var found = new List<OpenJob>();
        foreach (var row in open)
        {
            var lease = await LeaseAsync(row.Job, cancellationToken);
            found.Add(new OpenJob(row.Job, row.Project, row.Stalled, lease?.IsLive(time.GetUtcNow()) == true ? lease : null));
        }

        return found;
    }

    private async Task<JobLease?> LeaseAsync(JobRow job, CancellationToken cancellationToken)
    {
        try
        {
            return job.Stage == JobHealth.DeployStage ? null : await blobs.FindJsonAsync<JobLease>(Buckets.Runs, LeaseKeeper.KeyOf(job.RunId, job.JobId), cancellationToken);
        }
        catch (JsonException)
        {
            // Half a lease is nobody's.
            return null;
        }
    }
}
