using LoraMesh.Hosting.Configuration;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Jobs;

/// <summary>Renews a lease while its job runs, and says when it is lost.</summary>
internal sealed class Heartbeat(LeaseKeeper leases, JobOptions options, TimeProvider clock, ILogger log)
{
    /// <summary>Beats until the job has ended; cancels <paramref name="lost"/> where the lease went to someone else or could not be renewed in time.</summary>
    public async Task KeepAsync(HeldLease held, CancellationTokenSource lost, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(options.Heartbeat, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                var renewed = await TryRenewAsync(held, ended);
                if (renewed is null)
                {
                    await lost.CancelAsync();
                    return;
                }

                held = renewed;
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The job has ended.
        }
    }

    private async Task<HeldLease?> TryRenewAsync(HeldLease held, CancellationToken ended)
    {
        var left = held.ExpiresAt - clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            // Not a verdict: a process that was asleep may still find its lease untouched.
            left = options.Heartbeat;
        }

        using var expiry = new CancellationTokenSource(left, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, ended);
        try
        {
            return await leases.RenewAsync(held, either.Token);
        }
        catch (Exception weather) when (JobFailure.IsTransient(weather))
        {
            JobLog.HeartbeatMissed(log, weather, held.Identity.JobId, held.ExpiresAt);
            return clock.GetUtcNow() < held.ExpiresAt ? held : null;
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested)
        {
            return null;
        }
    }
}
