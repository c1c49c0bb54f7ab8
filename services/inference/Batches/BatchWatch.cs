using LoraMesh.Contracts;
using LoraMesh.Hosting.Jobs;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Batches;

/// <summary>
/// Finds the batches that nobody works on though they have not come to their end, issues them again, and ends those that were
/// given up or are over their time. Every replica watches; a conditional write decides who acts.
/// </summary>
public sealed class BatchWatch(BatchStore batches, FileStore files, BatchEnding ending, LeaseKeeper leases, IBus bus, IOptions<InferenceOptions> options, TimeProvider time, ILogger<BatchWatch> logger)
    : BackgroundService
{
    // A command may wait in its queue for as long as every replica is at work on another batch.
    private static readonly TimeSpan QueuePatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WorkPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);

    private DateTimeOffset _cleaned;

    /// <summary>Looks once at every batch that has not come to its end.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, since) in await batches.OpenAsync(cancellationToken))
        {
            if (await batches.FindAsync(id, cancellationToken) is { IsEnded: false } batch)
            {
                await LookAsync(batch, cancellationToken);
            }
            else if (time.GetUtcNow() - since > QueuePatience)
            {
                // Whoever ended it, or wanted to make it, died before the mark was gone.
                await batches.CloseAsync(id, cancellationToken);
            }
        }

        if (time.GetUtcNow() - _cleaned > CleanEvery)
        {
            _cleaned = time.GetUtcNow();
            await files.DeleteBeforeAsync(_cleaned - options.Value.BatchRetention, cancellationToken);
            await batches.DeleteBeforeAsync(_cleaned - options.Value.BatchRetention, cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.PollInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.PollFailed(logger, e);
            }
        }
    }

    private async Task LookAsync(BatchRecord batch, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var lease = await leases.FindAsync(batch.Id, batch.Id, cancellationToken);
        if (lease is not null && lease.IsLive(now))
        {
            return;
        }

        if (batch.Status == BatchStatus.Cancelling || now >= batch.ExpiresAt)
        {
            var ended = await ending.EndAsync(batch, batch.Status == BatchStatus.Cancelling ? BatchStatus.Cancelled : BatchStatus.Expired, cancellationToken);
            await bus.Publish(ended.Announcement(), cancellationToken);
            return;
        }

        var patience = batch.Status == BatchStatus.InProgress ? WorkPatience : QueuePatience;
        if (lease is null && now - batch.IssuedAt < patience)
        {
            return;
        }

        // One whose worker died counts as tried; one that lay in a queue, or was given back, does not.
        var (issued, isOurs) = await batches.ChangeAsync(
            batch.Id, current => current.IssuedAt == batch.IssuedAt && !current.IsEnded ? current with { IssuedAt = now, Attempt = current.Attempt + (lease is null ? 0 : 1) } : null, cancellationToken);
        if (isOurs)
        {
            Log.BatchIssuedAgain(logger, batch.Id, issued.Attempt);
            await bus.Publish(new CompleteBatch { BatchId = batch.Id, Attempt = issued.Attempt }, cancellationToken);
        }
    }
}
