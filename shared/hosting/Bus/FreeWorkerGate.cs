using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client.Exceptions;

namespace LoraMesh.Hosting.Bus;

// The broker hands out the next message as soon as one is acknowledged. So the consumer is cancelled before the
// acknowledgement of the command that makes the worker busy, and begins again when the work has ended.

/// <summary>Keeps the endpoint of a busy worker from fetching: a command goes to a worker that is free, or waits in the queue.</summary>
public sealed class FreeWorkerGate : IReceiveEndpointObserver, IHostedLifecycleService
{
    private static readonly TimeSpan MovePatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Uri, TaskCompletionSource<IReceiveEndpoint>> _endpoints = new();
    private readonly ConcurrentDictionary<Uri, Task> _moves = new();
    private readonly Lock _turn = new();
    private bool _stopping;

    /// <summary>Stops fetching until <paramref name="work"/>, asked once the message is acknowledged, has ended. Does nothing in memory.</summary>
    internal async Task CloseAsync(ConsumeContext context, Func<Task> work)
    {
        if (!context.TryGetPayload<MassTransit.RabbitMqTransport.ChannelContext>(out var channel)
            || !context.TryGetPayload<RabbitMqBasicConsumeContext>(out var consumer))
        {
            return;
        }

        // What waited in the queue may come before the endpoint is told to be ready.
        var endpoint = await EndpointAt(context.ReceiveContext.InputAddress).Task.WaitAsync(context.CancellationToken);
        try
        {
            await channel.BasicCancel(consumer.ConsumerTag, context.CancellationToken);
        }
        catch (Exception gone) when (gone is OperationInterruptedException or AlreadyClosedException)
        {
            // No channel, no further message on it. The broker hands this one out again; the lease tells that it is held.
        }

        // Once a delivery: a retried command comes here again with the same receive context.
        context.ReceiveContext.GetOrAddPayload(() => new Closing(ReopenAsync(endpoint, Stop(endpoint), work)));
    }

    /// <inheritdoc/>
    public Task Ready(ReceiveEndpointReady ready)
    {
        EndpointAt(ready.InputAddress).TrySetResult(ready.ReceiveEndpoint);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    // An endpoint that starts or stops by itself while the bus stops may hold that up for ever: first every such move has to
    // be over, or known never to come.
    async Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            _stopping = true;
        }

        await Task.WhenAny(Task.WhenAll(_moves.Values), Task.Delay(MovePatience, cancellationToken));
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private TaskCompletionSource<IReceiveEndpoint> EndpointAt(Uri address) =>
        _endpoints.GetOrAdd(address, _ => new TaskCompletionSource<IReceiveEndpoint>(TaskCreationOptions.RunContinuationsAsynchronously));

    private Task Stop(IReceiveEndpoint endpoint) => _moves[endpoint.InputAddress] = endpoint.Stop(CancellationToken.None);

    // The endpoint has stopped only after the delivery that closed it: from then on it is known what work came of it.
    private async Task ReopenAsync(IReceiveEndpoint endpoint, Task stopped, Func<Task> work)
    {
        await stopped;
        await work();
        lock (_turn)
        {
            if (!_stopping)
            {
                _moves[endpoint.InputAddress] = endpoint.Start(CancellationToken.None).Ready;
            }
        }
    }

    private sealed record Closing(Task Reopening);
}
