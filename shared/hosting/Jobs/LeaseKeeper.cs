using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Jobs;

/// <summary>
/// Takes, renews and gives back leases of jobs by conditional writes. Of any number of processes that try, one gets
/// the lease; each taking has a higher fence than all before it, because the last fence stays behind in an object of
/// its own. May be called from any thread.
/// </summary>
public sealed class LeaseKeeper(IBlobStore store, IOptions<JobOptions> options, TimeProvider clock)
{
    private const int MaxRaces = 8;

    /// <summary>This process: machine, process id and a part that is drawn at every start.</summary>
    public string Owner { get; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Key of a job's lease in <see cref="Buckets.Runs"/>.</summary>
    public static string KeyOf(string runId, string jobId) => $"{runId}/jobs/{jobId}.lease.json";

    /// <summary>The lease as it lies in the store, live or lapsed; null where no one holds the job, or where the object is no lease.</summary>
    public async Task<JobLease?> FindAsync(string runId, string jobId, CancellationToken cancellationToken = default)
    {
        try
        {
            return await store.FindJsonAsync<JobLease>(Buckets.Runs, KeyOf(runId, jobId), cancellationToken);
        }
        catch (JsonException)
        {
            // Someone's hand was in it. No one can hold the job by it, and the next taker writes over it.
            return null;
        }
    }

    /// <summary>Takes the lease, or gives null where someone else holds a live one.</summary>
    public async Task<HeldLease?> TryAcquireAsync(JobIdentity identity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var key = KeyOf(identity.RunId, identity.JobId);
        for (var race = 0; race < MaxRaces; race++)
        {
            // The tag is read first: if the lease changes after that, the write below is refused.
            var seen = await store.StatAsync(Buckets.Runs, key, cancellationToken);
            var lease = seen is null ? null : await FindAsync(identity.RunId, identity.JobId, cancellationToken);
            if (lease is not null && lease.IsLive(clock.GetUtcNow()))
            {
                return null;
            }

            try
            {
                var fence = await NextFenceAsync(identity, lease?.Fence ?? 0, cancellationToken);
                var expiresAt = clock.GetUtcNow() + options.Value.LeaseTime;
                var taken = new JobLease { Owner = Owner, Fence = fence, ExpiresAt = expiresAt, Attempt = identity.Attempt };
                await store.PutJsonAsync(Buckets.Runs, key, taken, seen is null ? PutCondition.IfAbsent : PutCondition.IfMatch(seen.ETag), cancellationToken);
                return new HeldLease(identity, fence, expiresAt);
            }
            catch (BlobConditionException)
            {
                // Someone else was first with the fence or the lease; look again who holds it now.
            }
        }

        return null;
    }

    /// <summary>Makes the lease last a lease time from now, or gives null where it is no longer ours.</summary>
    public async Task<HeldLease?> RenewAsync(HeldLease held, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(held);
        var (runId, jobId, _) = held.Identity;
        var key = KeyOf(runId, jobId);
        var seen = await store.StatAsync(Buckets.Runs, key, cancellationToken);
        var lease = seen is null ? null : await FindAsync(runId, jobId, cancellationToken);
        if (seen is null || lease is null || lease.Owner != Owner || lease.Fence != held.Fence)
        {
            return null;
        }

        var expiresAt = clock.GetUtcNow() + options.Value.LeaseTime;
        try
        {
            await store.PutJsonAsync(Buckets.Runs, key, lease with { ExpiresAt = expiresAt }, PutCondition.IfMatch(seen.ETag), cancellationToken);
            return held with { ExpiresAt = expiresAt };
        }
        catch (BlobConditionException)
        {
            return null;
        }
    }

    /// <summary>Gives the lease back; nothing happens where it is no longer ours.</summary>
    public async Task ReleaseAsync(HeldLease held, CancellationToken cancellationToken = default)
    {
        // Deleting knows no condition. A lease that was just renewed cannot be taken by anyone else meanwhile.
        if (await RenewAsync(held, cancellationToken) is not null)
        {
            await store.DeleteAsync(Buckets.Runs, KeyOf(held.Identity.RunId, held.Identity.JobId), cancellationToken);
        }
    }

    private async Task<long> NextFenceAsync(JobIdentity identity, long leaseFence, CancellationToken cancellationToken)
    {
        var key = $"{identity.RunId}/jobs/{identity.JobId}.fence.json";
        var seen = await store.StatAsync(Buckets.Runs, key, cancellationToken);
        var last = seen is null ? null : await store.FindJsonAsync<LastFence>(Buckets.Runs, key, cancellationToken);
        var next = new LastFence(Math.Max(last?.Fence ?? 0, leaseFence) + 1);
        await store.PutJsonAsync(Buckets.Runs, key, next, seen is null ? PutCondition.IfAbsent : PutCondition.IfMatch(seen.ETag), cancellationToken);
        return next.Fence;
    }

    private sealed record LastFence(long Fence);
}
