using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Telemetry;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Jobs;

/// <summary>One taking of one job: heartbeat beside the work, retries, the result's event, the lease's return.</summary>
internal sealed class JobRun<TCommand>(
    IJob<TCommand> job, TCommand command, HeldLease held, IBus bus, LeaseKeeper leases, JobOptions options, TimeProvider clock, JobTelemetry telemetry, ILogger log)
    where TCommand : class
{
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TellTime = TimeSpan.FromSeconds(5);

    /// <summary>Works until there is a result, the run is cancelled, the host stops, or the lease is lost. Never throws.</summary>
    public async Task RunAsync(CancellationToken runCancelled, CancellationToken hostStopping)
    {
        using var scope = log.BeginScope(new Dictionary<string, object> { ["RunId"] = held.Identity.RunId, ["JobId"] = held.Identity.JobId });
        using var span = telemetry.Begin(typeof(TCommand).Name, held.Identity);
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
            span.Outcome = await EndAsync(result, lost.IsCancellationRequested, givenBack: hostStopping.IsCancellationRequested && !runCancelled.IsCancellationRequested);
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
        var pace = new RetryPace(options, clock);
        while (true)
        {
            try
            {
                pace.Begin();
                var result = await job.RunAsync(command, context, stop);
                return stop.IsCancellationRequested ? null : result;
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception weather) when (JobFailure.IsTransient(weather))
            {
                var spread = new Random(HashCode.Combine(leases.Owner, held.Identity.JobId, pace.Tries)).NextDouble();
                if (pace.DelayAfter(weather, spread) is not { } delay)
                {
                    JobLog.Exhausted(log, weather, held.Identity.JobId, pace.Tries);
                    return job.Fail(command, JobFailure.TransientExhausted, JobFailure.DescribeTransient(weather, pace.Tries));
                }

                JobLog.Retried(log, weather, held.Identity.JobId, pace.Tries + 1, delay.TotalSeconds, pace.FailsAt);
                if (!await WaitAsync(weather, delay, pace.FailsAt, stop))
                {
                    return null;
                }
            }
            catch (Exception fault)
            {
                JobLog.Faulted(log, fault, held.Identity.JobId);
                return job.Fail(command, JobFailure.InternalError, JobFailure.DescribeFault(fault, leases.Owner));
            }
        }
    }

    /// <summary>Tells that the job waits, and waits.</summary>
    /// <returns>Whether to go on.</returns>
    private async Task<bool> WaitAsync(Exception weather, TimeSpan delay, DateTimeOffset failsAt, CancellationToken stop)
    {
        try
        {
            var pause = Task.Delay(delay, clock, stop);
            await TellAsync(new JobWaiting
            {
                JobId = held.Identity.JobId,
                RunId = held.Identity.RunId,
                Reason = JobFailure.DescribeWaiting(weather),
                SecondsToNextTry = delay.TotalSeconds,
                FailsAt = failsAt,
            });
            await pause;
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    // The broker may be away as well.
    private async Task TellAsync(JobWaiting waiting)
    {
        using var limit = new CancellationTokenSource(TellTime);
        try
        {
            await bus.Publish(waiting, limit.Token);
        }
        catch (Exception silent)
        {
            JobLog.NotTold(log, silent, waiting.JobId);
        }
    }

    /// <summary>Announces the result and gives the lease back, if it is still ours.</summary>
    /// <returns>What became of the job, for whoever counts.</returns>
    private async Task<string> EndAsync(object? result, bool lost, bool givenBack)
    {
        using var limit = new CancellationTokenSource(EndTime);
        if (lost || await leases.RenewAsync(held, limit.Token) is null)
        {
            JobLog.Lost(log, held.Identity.JobId, held.Fence);
            return JobTelemetry.Lost;
        }

        if (result is not null)
        {
            await bus.Publish(result, result.GetType(), limit.Token);
        }

        await leases.ReleaseAsync(held, limit.Token);
        if (result is null && givenBack)
        {
            var (runId, jobId, attempt) = held.Identity;
            await bus.Publish(new JobReleased { JobId = jobId, RunId = runId, Attempt = attempt }, limit.Token);
        }

        JobLog.Ended(log, held.Identity.JobId, result?.GetType().Name ?? "no event: stopped");
        return result?.GetType().Name ?? JobTelemetry.Stopped;
    }
}
