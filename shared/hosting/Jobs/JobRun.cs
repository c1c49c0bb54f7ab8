using LoraMesh.Hosting.Configuration;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Jobs;

/// <summary>One taking of one job: heartbeat beside the work, retries, the result's event, the lease's return.</summary>
internal sealed class JobRun<TCommand>(
    IJob<TCommand> job, TCommand command, HeldLease held, IBus bus, LeaseKeeper leases, JobOptions options, TimeProvider clock, ILogger log)
    where TCommand : class
{
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(20);

    /// <summary>Works until there is a result, the run is cancelled, the host stops, or the lease is lost. Never throws.</summary>
    public async Task RunAsync(CancellationToken runCancelled, CancellationToken hostStopping)
    {
        using var scope = log.BeginScope(new Dictionary<string, object> { ["RunId"] = held.Identity.RunId, ["JobId"] = held.Identity.JobId });
        using var lost = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(runCancelled, hostStopping, lost.Token);
        var heartbeat = new Heartbeat(leases, options, clock, log).KeepAsync(held, lost, ended.Token);
        try
        {
            JobLog.Started(log, held.Identity.JobId, held.Identity.Attempt, held.Fence);
            var result = await ResultAsync(stop.Token);
            await ended.CancelAsync();
            await heartbeat;
            await EndAsync(result, lost.IsCancellationRequested);
        }
        catch (Exception fault)
        {
            // Control finds the lease lapsed and issues the job again.
            JobLog.NotEnded(log, fault, held.Identity.JobId);
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    /// <summary>The event to publish, or null where the work was stopped from outside.</summary>
    private async Task<object?> ResultAsync(CancellationToken stop)
    {
        var context = new JobContext(held.Identity, held.Fence, bus);
        for (var retry = 0; ; retry++)
        {
            try
            {
                var result = await job.RunAsync(command, context, stop);
                return stop.IsCancellationRequested ? null : result;
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception weather) when (JobFailure.IsTransient(weather))
            {
                if (retry == options.Retries)
                {
                    JobLog.Exhausted(log, weather, held.Identity.JobId, retry + 1);
                    return job.Fail(command, JobFailure.TransientExhausted, JobFailure.DescribeTransient(weather, retry + 1));
                }

                JobLog.Retried(log, weather, held.Identity.JobId, retry + 1, options.Retries);
            }
            catch (Exception fault)
            {
                JobLog.Faulted(log, fault, held.Identity.JobId);
                return job.Fail(command, JobFailure.InternalError, JobFailure.DescribeFault(fault, leases.Owner));
            }

            if (!await PauseAsync(retry, stop))
            {
                return null;
            }
        }
    }

    private async Task<bool> PauseAsync(int retry, CancellationToken stop)
    {
        var spread = new Random(HashCode.Combine(leases.Owner, held.Identity.JobId, retry)).NextDouble();
        try
        {
            await Task.Delay(JobFailure.DelayBefore(retry, options.RetryDelay, spread), clock, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task EndAsync(object? result, bool lost)
    {
        using var limit = new CancellationTokenSource(EndTime);
        if (lost || await leases.RenewAsync(held, limit.Token) is null)
        {
            JobLog.Lost(log, held.Identity.JobId, held.Fence);
            return;
        }

        if (result is not null)
        {
            await bus.Publish(result, result.GetType(), limit.Token);
        }

        await leases.ReleaseAsync(held, limit.Token);
        JobLog.Ended(log, held.Identity.JobId, result?.GetType().Name ?? "no event: stopped");
    }
}
