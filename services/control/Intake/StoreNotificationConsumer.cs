using System.Net.Mime;
using MassTransit;

namespace LoraMesh.Control.Intake;

/// <summary>Takes the store's own messages, and looks sooner. One that never comes costs nothing but time.</summary>
public sealed class StoreNotificationConsumer(IntakeSignal signal) : IConsumer<StoreNotification>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<StoreNotification> context)
    {
        foreach (var key in StoreDialect.CreatedKeys(context.Message).Select(InboxKey.Parse).Where(key => key.Kind != InboxKind.Ignored))
        {
            signal.Poke(key.Project);
        }

        return Task.CompletedTask;
    }
}

/// <summary>The queue of the store's messages: plain JSON from a topic exchange that is there before the first object is.</summary>
public sealed class StoreNotificationEndpoint : ConsumerDefinition<StoreNotificationConsumer>
{
    /// <summary>The exchange that a store announces new objects to: durable, of type topic.</summary>
    public const string Exchange = "s3-events";

    /// <summary>Names the queue.</summary>
    public StoreNotificationEndpoint() => Endpoint(endpoint => endpoint.Name = "control-store-notification");

    /// <inheritdoc />
    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<StoreNotificationConsumer> consumerConfigurator, IRegistrationContext context)
    {
        if (endpointConfigurator is not IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            return;
        }

        rabbit.ConfigureConsumeTopology = false;
        rabbit.DefaultContentType = new ContentType("application/json");
        rabbit.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType, isDefault: true);
        rabbit.Bind(Exchange, binding =>
        {
            (binding.ExchangeType, binding.RoutingKey, binding.Durable) = ("topic", "#", true);
        });
    }
}
