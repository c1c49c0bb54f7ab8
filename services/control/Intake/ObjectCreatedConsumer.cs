using LoraMesh.Contracts;
using MassTransit;

namespace LoraMesh.Control.Intake;

/// <summary>Takes the store's hint that something was written, and looks sooner.</summary>
public sealed class ObjectCreatedConsumer(IntakeSignal signal) : IConsumer<ObjectCreated>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<ObjectCreated> context)
    {
        var key = InboxKey.Parse(context.Message.Key);
        if (context.Message.Bucket == Buckets.Inbox && key.Kind != InboxKind.Ignored)
        {
            signal.Poke(key.Project);
        }

        return Task.CompletedTask;
    }
}
