using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Pipeline;

/// <summary>
/// Removes the leases of closed jobs whose worker could not: it died between announcing its result and giving the lease
/// back, or a second delivery of the command was taken after the end. Without it such objects would stay until garbage is collected.
/// </summary>
public sealed class LeaseSweep(RegistryStore registry, IBlobStore blobs, TimeProvider time)
{
    private static readonly TimeSpan FirstReach = TimeSpan.FromDays(1);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private readonly List<(string RunId, string JobId)> _waiting = [];
    private DateTimeOffset? _sweptUntil;

    /// <summary>Looks at the jobs that were closed since the last sweep, the first time at those of a day, and at those that someone still held then.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var from = _sweptUntil ?? time.GetUtcNow() - FirstReach;
        var until = time.GetUtcNow() - Settled;
        if (until > from)
        {
            var closed = await registry.ReadAsync(
                context => context.Jobs.Where(job => job.ClosedAt > from && job.ClosedAt <= until && job.Stage != JobHealth.DeployStage)
                    .Select(job => new { job.RunId, job.JobId }).ToListAsync(cancellationToken),
                cancellationToken);
            _waiting.AddRange(closed.Select(job => (job.RunId, job.JobId)));
            _sweptUntil = until;
        }

        foreach (var job in _waiting.ToList())
        {
            if (await IsGoneAsync(job.RunId, job.JobId, cancellationToken))
            {
                _waiting.Remove(job);
            }
        }
    }

    // Where someone takes the job again between the look and the deletion, that worker finds its lease lost and lets go of a
    // job that has long been closed.
    private async Task<bool> IsGoneAsync(string runId, string jobId, CancellationToken cancellationToken)
    {
        var key = LeaseKeeper.KeyOf(runId, jobId);
        try
        {
            if (await blobs.FindJsonAsync<JobLease>(Buckets.Runs, key, cancellationToken) is not { } lease)
            {
                return true;
            }

            if (lease.IsLive(time.GetUtcNow()))
            {
                return false;
            }
        }
        catch (JsonException)
        {
            // Half a lease is nobody's.
        }

        await blobs.DeleteAsync(Buckets.Runs, key, cancellationToken);
        return true;
    }
}
