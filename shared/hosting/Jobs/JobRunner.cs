using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Telemetry;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Jobs;

/// <summary>
/// The slots that a process has for jobs of one kind. Stopping the host cancels the jobs in them and waits until their
/// leases are given back.
/// </summary>
public sealed class JobRunner<TCommand> : IHostedService, IDisposable
    where TCommand : class
{
    private readonly IServiceScopeFactory _scopes;
    private readonly IBus _bus;
    private readonly LeaseKeeper _leases;
    private readonly JobCancellation _cancellation;
    private readonly JobOptions _options;
    private readonly TimeProvider _clock;
    private readonly JobTelemetry _telemetry;
    private readonly ILogger<JobRunner<TCommand>> _log;
    private readonly SemaphoreSlim _slots;
    private readonly int _count;
    private readonly CancellationTokenSource _stopping;

    /// <summary>Made once a process by the container.</summary>
    public JobRunner(IServiceScopeFactory scopes, IBus bus, LeaseKeeper leases, JobCancellation cancellation, IOptions<JobOptions> options, TimeProvider clock, JobTelemetry telemetry, JobSlots<TCommand> slots, IHostApplicationLifetime lifetime, ILogger<JobRunner<TCommand>> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lifetime);
        (_scopes, _bus, _leases, _cancellation, _options, _clock, _telemetry, _log) = (scopes, bus, leases, cancellation, options.Value, clock, telemetry, log);
        ArgumentNullException.ThrowIfNull(slots);
        (_slots, _count) = (new SemaphoreSlim(slots.Count, slots.Count), slots.Count);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
    }

    /// <summary>Waits until a slot is free, without taking it.</summary>
    internal async Task WhenFreeAsync()
    {
        await _slots.WaitAsync();
        _slots.Release();
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();

        // Who has a slot holds a lease, takes one, or works; with the token cancelled no one gets one any more.
        for (var free = 0; free < _count; free++)
        {
            await _slots.WaitAsync(cancellationToken);
        }

        _slots.Release(_count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _slots.Dispose();
    }

    /// <summary>Waits for a slot, takes the lease and starts the work; comes back when the work has started or is not ours.</summary>
    internal async Task TakeAsync(TCommand command, CancellationToken cancellationToken)
    {
        var scope = _scopes.CreateAsyncScope();
        var started = false;
        try
        {
            var job = scope.ServiceProvider.GetRequiredService<IJob<TCommand>>();
            started = await TryStartAsync(command, job, scope, cancellationToken);
        }
        finally
        {
            if (!started)
            {
                await scope.DisposeAsync();
            }
        }
    }

    private async Task<bool> TryStartAsync(TCommand command, IJob<TCommand> job, AsyncServiceScope scope, CancellationToken cancellationToken)
    {
        var identity = job.Identify(command);
        if (identity.Attempt > _options.MaxAttempts)
        {
            JobLog.TooManyAttempts(_log, identity.JobId, identity.Attempt, _options.MaxAttempts);
            await _bus.Publish(job.Fail(command, JobFailure.TooManyAttempts, JobFailure.DescribeAttempts(identity, _options.MaxAttempts)), cancellationToken);
            return false;
        }

        var ticket = _cancellation.Watch(identity.RunId);
        var hasSlot = false;
        var started = false;
        try
        {
            if (await IsHeldAsync(identity, cancellationToken))
            {
                return false;
            }

            hasSlot = await WaitForSlotAsync(identity, ticket, cancellationToken);
            if (!hasSlot || await _leases.TryAcquireAsync(identity, cancellationToken) is not { } held)
            {
                JobLog.NotStarted(_log, identity.JobId);
                return false;
            }

            var run = new JobRun<TCommand>(job, command, held, _bus, _leases, _options, _clock, _telemetry, _log);
            _ = Task.Run(() => WorkAsync(run, ticket, scope), CancellationToken.None);
            started = true;
            return true;
        }
        finally
        {
            if (!started)
            {
                ticket.Dispose();
                if (hasSlot)
                {
                    _slots.Release();
                }
            }
        }
    }

    private async Task<bool> IsHeldAsync(JobIdentity identity, CancellationToken cancellationToken)
    {
        var lease = await _leases.FindAsync(identity.RunId, identity.JobId, cancellationToken);
        if (lease is null || !lease.IsLive(_clock.GetUtcNow()))
        {
            return false;
        }

        JobLog.HeldByOther(_log, identity.JobId, lease.Owner, lease.Fence);
        return true;
    }

    private async Task<bool> WaitForSlotAsync(JobIdentity identity, JobTicket ticket, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ticket.Token, _stopping.Token, cancellationToken);
        try
        {
            await _slots.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (ticket.Token.IsCancellationRequested)
        {
            JobLog.CancelledWhileQueued(_log, identity.JobId, identity.RunId);
            return false;
        }
    }

    private async Task WorkAsync(JobRun<TCommand> run, JobTicket ticket, AsyncServiceScope scope)
    {
        try
        {
            await run.RunAsync(ticket.Token, _stopping.Token);
        }
        finally
        {
            ticket.Dispose();
            await scope.DisposeAsync();
            _slots.Release();
        }
    }
}
