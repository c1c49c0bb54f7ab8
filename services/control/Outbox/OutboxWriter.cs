using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.Control.Outbox;

/// <summary>Adds what is to happen outside to the transaction that makes it necessary.</summary>
public static class OutboxWriter
{
    /// <summary>The message is published after the transaction, at least once, in the lane's order.</summary>
    public static void AddMessage(this RegistryContext context, string lane, string? runId, object message, DateTimeOffset now) =>
        context.Outbox.Add(new OutboxRow
        {
            Id = NextId(context),
            Lane = lane,
            RunId = runId,
            Kind = OutboxRow.Publish,
            Target = OutboxMessages.Name(message.GetType()),
            Body = JsonSerializer.Serialize(message, message.GetType(), ContractsJson.Options),
            MessageId = Guid.NewGuid(),
            DueAt = now,
        });

    /// <summary>The blob is written after the transaction, at least once, in the lane's order.</summary>
    public static void AddBlob<T>(this RegistryContext context, string lane, string? runId, string bucket, string key, T value, DateTimeOffset now) =>
        context.Outbox.Add(new OutboxRow
        {
            Id = NextId(context),
            Lane = lane,
            RunId = runId,
            Kind = OutboxRow.Put,
            Target = $"{bucket}/{key}",
            Body = JsonSerializer.Serialize(value, ContractsJson.Indented),
            MessageId = Guid.NewGuid(),
            DueAt = now,
        });

    /// <summary>The blob is removed after the transaction, at least once, in the lane's order.</summary>
    public static void AddDeletion(this RegistryContext context, string lane, string bucket, string key, DateTimeOffset now) =>
        context.Outbox.Add(new OutboxRow { Id = NextId(context), Lane = lane, Kind = OutboxRow.Delete, Target = $"{bucket}/{key}", Body = string.Empty, MessageId = Guid.NewGuid(), DueAt = now });

    // Numbered here, because the order of inserts within one save is not promised. There is one writer.
    private static long NextId(RegistryContext context)
    {
        var stored = context.Outbox.Max(row => (long?)row.Id) ?? 0;
        return 1 + context.Outbox.Local.Select(row => row.Id).Append(stored).Max();
    }
}
