using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.Control.Registry;

/// <summary>Recognises a second delivery of the same message.</summary>
public static class InboxExtensions
{
    /// <summary>Whether the message was handled before; from this transaction on it was. A message without id never was.</summary>
    public static async Task<bool> HandledAsync(this RegistryContext context, Guid? messageId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (messageId is not { } id)
        {
            return false;
        }

        if (await context.Inbox.FindAsync([id], cancellationToken) is not null)
        {
            return true;
        }

        context.Inbox.Add(new InboxRow { MessageId = id, At = now });
        return false;
    }
}
