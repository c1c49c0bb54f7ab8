using LoraMesh.Contracts;
using LoraMesh.Hosting.Bus;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LoraMesh.Hosting.Jobs;

/// <summary>Puts consumers on queues that are named after their service.</summary>
public static class ConsumerRegistration
{
    private static readonly KebabCaseEndpointNameFormatter Names = new(includeNamespace: false);

    /// <summary>Registers the job behind a command: queue <c>&lt;service&gt;-&lt;command&gt;</c>, cancelled by <see cref="RunCancelled"/>.</summary>
    /// <param name="bus">The registration.</param>
    /// <param name="service">The service's folder name, such as <c>dataset-prep</c>.</param>
    /// <param name="slots">Says how many of them a process works on at once; one where nothing is said.</param>
    public static void AddJob<TCommand, TJob>(this IBusRegistrationConfigurator bus, string service, Func<IServiceProvider, int>? slots = null)
        where TCommand : class
        where TJob : class, IJob<TCommand>
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.TryAddSingleton<LeaseKeeper>();
        bus.TryAddSingleton<JobCancellation>();
        bus.AddScoped<IJob<TCommand>, TJob>();
        bus.AddSingleton(provider => new JobSlots<TCommand>(slots?.Invoke(provider) ?? 1));
        bus.AddSingleton<JobRunner<TCommand>>();
        bus.AddHostedService(provider => provider.GetRequiredService<JobRunner<TCommand>>());
        bus.AddConsumer<JobConsumer<TCommand>>().Endpoint(endpoint =>
        {
            endpoint.Name = CommandQueues.Name(service, typeof(TCommand));
            endpoint.PrefetchCount = 1;
            endpoint.ConcurrentMessageLimit = 1;
        });
        if (!bus.Any(known => known.ServiceType == typeof(RunCancelledConsumer)))
        {
            bus.AddReplicaConsumer<RunCancelledConsumer>(service);
        }
    }

    /// <summary>Registers a consumer of short work: each message goes to one replica. Queue <c>&lt;service&gt;-&lt;consumer&gt;</c>.</summary>
    public static void AddServiceConsumer<TConsumer>(this IBusRegistrationConfigurator bus, string service, int prefetch = 16)
        where TConsumer : class, IConsumer
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddConsumer<TConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = $"{service}-{Names.Consumer<TConsumer>()}";
            endpoint.PrefetchCount = prefetch;
        });
    }

    /// <summary>Registers a consumer whose messages go to every replica; its queue lives as long as the process.</summary>
    public static void AddReplicaConsumer<TConsumer>(this IBusRegistrationConfigurator bus, string service)
        where TConsumer : class, IConsumer
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddConsumer<TConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = $"{service}-{Names.Consumer<TConsumer>()}";
            endpoint.InstanceId = ReplicaQueues.NewInstance();
            endpoint.Temporary = true;
        });
    }
}
