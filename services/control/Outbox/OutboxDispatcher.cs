using System.Text;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.Control.Telemetry;
using LoraMesh.Storage;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Outbox;

/// <summary>
/// Does what the outbox holds, then marks it as done. A crash between the two does it again: every receiver takes
/// duplicates, and every blob is written with the same bytes.
/// </summary>
public sealed class OutboxDispatcher(RegistryStore registry, IBlobStore blobs, IBus bus, TimeProvider time, ILogger<OutboxDispatcher> log)
{
    private const int Batch = 200;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SharedPoll = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>Wakes the loop when something was added.</summary>
    public WakeSignal Added { get; } = new();

    /// <summary>Does what is due and can be done.</summary>
    /// <returns>How long the loop may sleep unless woken.</returns>
    public async Task<TimeSpan> DispatchAsync(CancellationToken cancellationToken)
    {
        // The order of a lane would be lost if two replicas published from it.
        await using var turn = await registry.TryTakeTurnAsync(SharedWork.Outbox, cancellationToken);
        if (turn is null)
        {
            return Poll;
        }

        var pending = await registry.ReadAsync(context => context.Outbox
            .Where(row => row.SentAt == null).OrderBy(row => row.Id).Take(Batch).ToListAsync(cancellationToken), cancellationToken);
        var blocked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in pending)
        {
            if (blocked.Contains(row.Lane) || row.DueAt > time.GetUtcNow() || !await TryAsync(row, cancellationToken))
            {
                blocked.Add(row.Lane);
            }
        }

        return blocked.Count > 0 ? Poll : pending.Count == Batch ? TimeSpan.Zero : registry.IsShared ? SharedPoll : Longest;
    }

    /// <summary>Forgets what was done more than a day ago, and message ids that will not come again.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Kept;
        await registry.WriteAsync(
            async context =>
            {
                await context.Outbox.Where(row => row.SentAt < before).ExecuteDeleteAsync(cancellationToken);
                await context.Inbox.Where(row => row.At < before).ExecuteDeleteAsync(cancellationToken);
            },
            cancellationToken);
    }

    private async Task<bool> TryAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        try
        {
            await DoAsync(row, cancellationToken);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // The outermost frame of one entry: whatever stops it must not stop those of other projects.
            var delay = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, row.Failures)));
            log.OutboxFailed(problem, row.Kind, row.Target, row.Lane, row.Failures + 1, delay.TotalSeconds);
            await MarkAsync(row.Id, kept => (kept.Failures, kept.DueAt) = (row.Failures + 1, time.GetUtcNow() + delay), cancellationToken);
            return false;
        }

        await MarkAsync(row.Id, kept => kept.SentAt = time.GetUtcNow(), cancellationToken);
        return true;
    }

    private async Task DoAsync(OutboxRow row, CancellationToken cancellationToken)
    {
        if (row.Kind == OutboxRow.Publish)
        {
            var message = OutboxMessages.Read(row.Target, row.Body);
            using var span = RunTrace.Publish(await RunTrace.FindAsync(registry, row.RunId, cancellationToken), row.Target);
            await bus.Publish(message, message.GetType(), context => context.MessageId = row.MessageId, cancellationToken);
            return;
        }

        var slash = row.Target.IndexOf('/', StringComparison.Ordinal);
        if (row.Kind == OutboxRow.Delete)
        {
            await blobs.DeleteAsync(row.Target[..slash], row.Target[(slash + 1)..], cancellationToken);
            return;
        }

        using var content = new MemoryStream(Encoding.UTF8.GetBytes(row.Body));
        await blobs.PutAsync(row.Target[..slash], row.Target[(slash + 1)..], content, cancellationToken: cancellationToken);
    }

    private Task MarkAsync(long id, Action<OutboxRow> change, CancellationToken cancellationToken) => registry.WriteAsync(
        async context => change(await context.Outbox.SingleAsync(row => row.Id == id, cancellationToken)), cancellationToken);
}
