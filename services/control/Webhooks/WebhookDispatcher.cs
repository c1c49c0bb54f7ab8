using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control.Webhooks;

/// <summary>
/// Tells every hook of the audit trail's entries, in their order and at least once. A hook that does not answer is tried again
/// with growing pauses and holds up no other; it begins with what happens after it was configured.
/// </summary>
public sealed class WebhookDispatcher(RegistryStore registry, WebhookSender sender, IOptions<WebhooksOptions> options, TimeProvider time, ILogger<WebhookDispatcher> log)
{
    private const int Batch = 100;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Sends what is due.</summary>
    public async Task DispatchAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Hooks.Count == 0)
        {
            return;
        }

        await using var turn = await registry.TryTakeTurnAsync(SharedWork.Webhooks, cancellationToken);
        if (turn is not null)
        {
            await Task.WhenAll(options.Value.Hooks.Select(hook => DispatchAsync(hook.Key, hook.Value, cancellationToken)));
        }
    }

    private async Task DispatchAsync(string name, WebhookOptions hook, CancellationToken cancellationToken)
    {
        var state = await registry.WriteAsync(context => StateAsync(context, name, cancellationToken), cancellationToken);
        if (state.DueAt > time.GetUtcNow())
        {
            return;
        }

        var news = await registry.ReadAsync(context => context.Audit.Where(row => row.Id > state.Heard).OrderBy(row => row.Id).Take(Batch).ToListAsync(cancellationToken), cancellationToken);
        foreach (var row in news)
        {
            var (taken, result) = hook.Wants(row.What) ? await sender.SendAsync(hook, $"{name}-{row.Id}", EventOf(row), cancellationToken) : (true, null);
            if (!taken && time.GetUtcNow() - row.At <= options.Value.GiveUpAfter)
            {
                await FailAsync(name, result!, cancellationToken);
                return;
            }

            if (!taken)
            {
                log.WebhookGivenUp(name, row.Id, row.What, result!);
            }

            await MarkAsync(name, state => (state.Heard, state.Failures, state.LastResult) = (row.Id, 0, result ?? state.LastResult), cancellationToken);
        }
    }

    private async Task FailAsync(string name, string result, CancellationToken cancellationToken) => await MarkAsync(
        name,
        state =>
        {
            var pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(state.Failures, 20))));
            (state.Failures, state.DueAt, state.LastResult) = (state.Failures + 1, time.GetUtcNow() + pause, result);
            log.WebhookFailed(name, state.Failures, result, pause.TotalSeconds);
        },
        cancellationToken);

    private async Task<WebhookRow> StateAsync(RegistryContext context, string name, CancellationToken cancellationToken)
    {
        if (await context.Webhooks.FindAsync([name], cancellationToken) is { } known)
        {
            return known;
        }

        var newest = await context.Audit.MaxAsync(row => (long?)row.Id, cancellationToken) ?? 0;
        return context.Webhooks.Add(new WebhookRow { Name = name, Heard = newest, DueAt = time.GetUtcNow() }).Entity;
    }

    private Task MarkAsync(string name, Action<WebhookRow> change, CancellationToken cancellationToken) => registry.WriteAsync(
        async context => change(await context.Webhooks.SingleAsync(row => row.Name == name, cancellationToken)), cancellationToken);

    private static WebhookEvent EventOf(AuditRow row) => new() { Event = row.What, At = row.At, Project = row.Project, Run = row.RunId, Version = row.Version, Who = row.Who, Why = row.Why };
}
