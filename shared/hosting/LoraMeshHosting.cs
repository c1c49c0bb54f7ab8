using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Health;
using LoraMesh.Hosting.Http;
using LoraMesh.Hosting.Inbox;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Hosting.Provenance;
using LoraMesh.Hosting.Telemetry;
using LoraMesh.Storage;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting;

/// <summary>What every executable of the suite needs together.</summary>
public static class LoraMeshHosting
{
    /// <summary>
    /// Adds bus, blob store, local cache, model catalogue, provenance, jobs, health checks, options and clock. Call it once a
    /// process, with the consumers of every service in it. Settings that must win over the environment are added to
    /// the configuration after this call.
    /// </summary>
    public static IHostApplicationBuilder AddLoraMeshHosting(this IHostApplicationBuilder builder, params Action<IBusRegistrationConfigurator>[] consumers)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Configuration.AddLogDefaults();
        builder.Configuration.AddLoraMeshEnvironment();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddStorage();
        builder.Services.AddCheckedOptions<JobOptions>(JobOptions.Section);
        builder.Services.AddCheckedOptions<ProvenanceOptions>(ProvenanceOptions.Section);
        builder.Services.TryAddSingleton<AdapterSigner>();
        builder.Services.TryAddSingleton<AdapterTrust>();
        builder.Services.TryAddSingleton<LeaseKeeper>();
        builder.Services.TryAddSingleton<JobCancellation>();
        builder.Services.AddHealthChecks().AddCheck<BlobStoreCheck>("blob-store", tags: [HealthEndpoints.Ready]);
        builder.Services.AddApiErrors();
        builder.Services.AddAccess();
        builder.AddTelemetry();
        builder.Services.AddBus(builder.Configuration.GetSection(BusOptions.Section).Get<BusOptions>() ?? new BusOptions(), consumers);
        builder.Services.AddHostedService<FolderInboxWatcher>();
        return builder;
    }

    private static void AddStorage(this IServiceCollection services)
    {
        services.AddCheckedOptions<StorageOptions>(StorageOptions.Section);
        services.TryAddSingleton<IBlobStore>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            if (options.Kind == StorageOptions.S3Kind)
            {
                return new S3BlobStore(options.S3.Read(Path.Combine(options.Folder, ".spool")));
            }

            var log = provider.GetRequiredService<ILogger<FolderBlobStore>>();
            return new FolderBlobStore(options.Folder, (path, reason) => InboxLog.Skipped(log, path, reason));
        });
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            var folder = options.CacheFolder ?? Path.Combine(options.Folder, ".cache");
            return new LocalBlobCache(provider.GetRequiredService<IBlobStore>(), folder, options.CacheMaxBytes, provider.GetRequiredService<TimeProvider>());
        });
        services.TryAddSingleton<ModelCatalog>();
        services.AddHostedService<BucketStarter>();
    }

    private static void AddBus(this IServiceCollection services, BusOptions chosen, Action<IBusRegistrationConfigurator>[] consumers)
    {
        // The log context is a static of the library; one of an earlier host in this process may be disposed by now.
        LogContext.Current = null!;
        services.AddCheckedOptions<BusOptions>(BusOptions.Section);
        services.TryAddSingleton<FreeWorkerGate>();
        services.AddHostedService(provider => provider.GetRequiredService<FreeWorkerGate>());
        services.TryAddSingleton<MessageQuarantine>();
        services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = true;
            options.StartTimeout = TimeSpan.FromMinutes(1);
            options.StopTimeout = TimeSpan.FromSeconds(20);
            // A handler that waits for its surroundings must not hold up the end: its message goes back to the queue.
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(10);
        });
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            foreach (var add in consumers)
            {
                add(bus);
            }

            bus.AddConfigureEndpointsCallback((context, _, endpoint) => QuarantineFilter.Configure(context, endpoint));
            bus.AddReceiveEndpointObserver(provider => provider.GetRequiredService<FreeWorkerGate>());
            if (chosen.Transport == BusOptions.RabbitMq)
            {
                bus.AddConfigureEndpointsCallback((_, queue, endpoint) => RabbitMqTransport.ConfigureQueue(queue, endpoint));
                bus.UsingRabbitMq((context, transport) =>
                {
                    RabbitMqTransport.Configure(transport, context.GetRequiredService<IOptions<BusOptions>>().Value);
                    Complete(transport, context);
                });
            }
            else
            {
                bus.UsingInMemory((context, transport) => Complete(transport, context));
            }
        });
    }

    private static void Complete<TEndpoint>(IBusFactoryConfigurator<TEndpoint> transport, IBusRegistrationContext context)
        where TEndpoint : IReceiveEndpointConfigurator
    {
        WeatherRetries.Configure(transport);
        transport.ConfigureEndpoints(context);
    }
}
