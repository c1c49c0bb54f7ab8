using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Bus;
using MassTransit;

namespace LoraMesh.Control.Api;

/// <summary>Sends messages of the quarantine again, or forgets them.</summary>
public sealed class QuarantineReplay(MessageQuarantine quarantine, IBus bus, AuditTrail audit)
{
    /// <summary>Sends a message again.</summary>
    /// <returns>What it was, or null where there is no such entry; and whether it was sent: one that cannot be read stays.</returns>
    public async Task<(QuarantinedMessage? Entry, bool IsSent)> ReplayAsync(string id, string who, CancellationToken cancellationToken)
    {
        var entry = await quarantine.FindAsync(id, cancellationToken);
        if (MessageEnvelope.Open(entry?.Body ?? "") is not { } message)
        {
            return (entry, false);
        }

        // Sent as any other message: whoever handled it before recognises it by run and job, as every duplicate. The
        // entry goes only after that; if the message is given up once more, it comes back with a higher count.
        await bus.Publish(message, message.GetType(), cancellationToken);
        await quarantine.DeleteAsync(id, cancellationToken);
        await audit.AddAsync(who, "message_replayed", "", Describe(entry!), cancellationToken);
        return (entry, true);
    }

    /// <summary>Forgets a message.</summary>
    /// <returns>What it was, or null where there is no such entry.</returns>
    public async Task<QuarantinedMessage?> DiscardAsync(string id, string who, CancellationToken cancellationToken)
    {
        if (await quarantine.FindAsync(id, cancellationToken) is not { } entry)
        {
            return null;
        }

        await quarantine.DeleteAsync(id, cancellationToken);
        await audit.AddAsync(who, "message_discarded", "", Describe(entry), cancellationToken);
        return entry;
    }

    private static string Describe(QuarantinedMessage entry) => $"Message {entry.Id} of queue {entry.Queue} ({entry.Type ?? "of no known type"}).";

    /// <summary>Why a message could not be sent again.</summary>
    internal static string WhyNot(QuarantinedMessage entry) =>
        $"Message {entry.Id} of queue {entry.Queue} cannot be sent again: its body is cut off, malformed, or of a type that this version does not know ({entry.Type ?? "none"}). Look at it, then discard it.";
}
