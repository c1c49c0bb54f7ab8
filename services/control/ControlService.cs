using LoraMesh.Control.Api;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Dashboard;
using LoraMesh.Control.Intake;
using LoraMesh.Control.Outbox;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Retention;
using LoraMesh.Control.Telemetry;
using LoraMesh.Control.Webhooks;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Health;
using MassTransit;
using Microsoft.Extensions.Options;

namespace LoraMesh.Control;

/// <summary>Control as a module: registry, intake, pipeline, outbox, API and dashboard, for its own process or the all-in-one.</summary>
public static class ControlService
{
    /// <summary>Registers everything but the consumers. Expects bus, blob store and clock from the hosting module.</summary>
    public static IHostApplicationBuilder AddControl(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddCheckedOptions<ControlOptions>(ControlOptions.Section);
        services.AddCheckedOptions<RetentionOptions>(RetentionOptions.Section);
        services.AddCheckedOptions<WebhooksOptions>(WebhooksOptions.Section);
        services.AddCheckedOptions<DatabaseOptions>(DatabaseOptions.Section);
        services.AddSingleton(provider => new RegistryStore(OpenDatabase(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AuditTrail>();
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database", tags: [HealthEndpoints.Ready]);

        services.AddSingleton<OutboxDispatcher>();
        services.AddSingleton<RunBoard>();
        services.AddSingleton<RunCurves>();
        services.AddSingleton<RunTrace>();
        services.AddSingleton<RunConductor>();
        services.AddSingleton<ManualPromotion>();
        services.AddSingleton<LeaseSweep>();
        services.AddSingleton<JobWatch>();

        services.AddSingleton<IntakeSignal>();
        services.AddSingleton<Ledger>();
        services.AddSingleton<ProjectSettings>();
        services.AddSingleton<RunStarter>();
        services.AddSingleton<InboxReconciler>();

        services.AddSingleton<RunViews>();
        services.AddSingleton<RunReports>();
        services.AddSingleton<ProjectViews>();
        services.AddSingleton<JobViews>();
        services.AddSingleton<TrainingCurves>();
        services.AddSingleton<InboxUpload>();
        services.AddSingleton<QuarantineReplay>();
        services.AddSingleton<LineageViews>();
        services.AddSingleton<VersionLabels>();
        services.AddSingleton<GarbageCollector>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookDispatcher>();

        services.AddControlLimits();
        services.AddApiDocument();
        services.AddDashboard();

        // First, so that no loop starts runs of what former ones have taken.
        services.AddSingleton<AuditArchive>();
        services.AddSingleton<RegistryRebuild>();
        services.AddHostedService(provider => provider.GetRequiredService<RegistryRebuild>());
        services.AddHostedService<OutboxLoop>();
        services.AddHostedService<ControlGauges>();
        services.AddHostedService<WatchLoop>();
        services.AddHostedService<IntakeLoop>();
        services.AddHostedService<GarbageLoop>();
        services.AddHostedService<WebhookLoop>();
        return builder;
    }

    /// <summary>Registers the consumers; they share the queue <c>control</c>, but for the one that hears the store.</summary>
    public static void AddControlConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<ObjectCreatedConsumer, ControlEndpoint<ObjectCreatedConsumer>>();
        bus.AddConsumer<StoreNotificationConsumer, StoreNotificationEndpoint>();
        bus.AddConsumer<StageResultConsumer, ControlEndpoint<StageResultConsumer>>();
        bus.AddConsumer<StageProgressConsumer, ControlEndpoint<StageProgressConsumer>>();
        bus.AddConsumer<AdapterDeployedConsumer, ControlEndpoint<AdapterDeployedConsumer>>();
    }

    /// <summary>Adds the API below <c>/api/v1</c>, and its description.</summary>
    public static IEndpointRouteBuilder MapControl(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithMetadata(new Limited(IsUpload: false)).RefusesAsAll();
        api.MapRuns();
        api.MapDrops();
        api.MapAdapters();
        api.MapQuarantine();
        api.MapKeys();
        api.MapLabels();
        api.MapAudit();
        api.MapGarbage();
        api.MapWebhooks();
        api.MapExport();
        app.MapApiDocument();
        return app;
    }

    private static IRegistryDatabase OpenDatabase(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<DatabaseOptions>>().Value;
        return options.Kind == DatabaseOptions.Postgres
            ? new PostgresDatabase(options, alone: provider.GetRequiredService<IOptions<BusOptions>>().Value.Transport == BusOptions.Memory)
            : new SqliteDatabase(options.File ?? Path.Combine(provider.GetRequiredService<IOptions<StorageOptions>>().Value.Folder, "control.db"));
    }
}
