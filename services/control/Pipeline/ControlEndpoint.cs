using MassTransit;

namespace LoraMesh.Control.Pipeline;

/// <summary>
/// All consumers of control share one queue and take one message at a time: the database has one writer, and what a
/// worker said first is handled first.
/// </summary>
public sealed class ControlEndpoint<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    /// <summary>Names the queue.</summary>
    public ControlEndpoint() => Endpoint(endpoint =>
    {
        endpoint.Name = "control";
        endpoint.ConcurrentMessageLimit = 1;
    });
}
