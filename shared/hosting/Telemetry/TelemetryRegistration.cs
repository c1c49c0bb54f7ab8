using System.Reflection;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LoraMesh.Hosting.Telemetry;

/// <summary>
/// OpenTelemetry of every process: metrics at <c>/metrics</c>, and, where a collector is named, traces, metrics and logs
/// by OTLP. A run is one trace from its start to its deployment, since its context travels with every message.
/// </summary>
public static class TelemetryRegistration
{
    /// <summary>Where Prometheus reads.</summary>
    public const string MetricsPath = "/metrics";

    // Of the bus, of Npgsql, and every meter and source of ours.
    private const string Ours = "LoraMesh.*";
    private const string Bus = "MassTransit";
    private const string Database = "Npgsql";

    /// <summary>Maps <see cref="MetricsPath"/>, unless <c>Telemetry:Metrics</c> is off. Its reader needs a key for all projects where keys are asked for.</summary>
    public static IEndpointRouteBuilder MapLoraMeshMetrics(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.ServiceProvider.GetRequiredService<IOptions<TelemetryOptions>>().Value.Metrics)
        {
            app.MapPrometheusScrapingEndpoint(MetricsPath).WithMetadata(new HttpMethodMetadata([HttpMethods.Get])).Needs(AccessRoles.Viewer, everyProject: true);
        }

        return app;
    }

    internal static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddCheckedOptions<TelemetryOptions>(TelemetryOptions.Section);
        services.TryAddSingleton<JobTelemetry>();
        services.TryAddSingleton<DiskGauge>();
        services.AddHostedService(provider => provider.GetRequiredService<DiskGauge>());
        var chosen = builder.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        var sends = chosen.OtlpEndpoint is { IsAbsoluteUri: true };
        if (!chosen.Metrics && !sends)
        {
            return;
        }

        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: Version, autoGenerateServiceInstanceId: true));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Ours, Bus, Database).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation();
            if (chosen.Metrics)
            {
                metrics.AddPrometheusExporter();
            }

            if (sends)
            {
                metrics.AddOtlpExporter(exporter => Configure(exporter, chosen, "v1/metrics"));
            }
        });
        if (!sends)
        {
            return;
        }

        telemetry.WithTracing(traces => traces
            .AddSource(Ours, Bus, Database)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(chosen.TraceRatio)))
            .AddAspNetCoreInstrumentation(requests => requests.Filter = http => !IsProbe(http.Request.Path))
            .AddHttpClientInstrumentation()
            .AddOtlpExporter(exporter => Configure(exporter, chosen, "v1/traces")));
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeScopes = true;
            logs.IncludeFormattedMessage = true;
            logs.AddOtlpExporter(exporter => Configure(exporter, chosen, "v1/logs"));
        });
    }

    private static string ServiceName => (Assembly.GetEntryAssembly()?.GetName().Name ?? "LoraMesh").Replace("LoraMesh.", "loramesh-", StringComparison.Ordinal).ToLowerInvariant();

    private static string? Version => typeof(TelemetryRegistration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static void Configure(OtlpExporterOptions exporter, TelemetryOptions chosen, string path)
    {
        var http = chosen.OtlpProtocol == TelemetryOptions.HttpProtobuf;
        exporter.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

        // Over HTTP an endpoint that is set in code is taken as it is, without the signal's path.
        exporter.Endpoint = http ? new Uri(chosen.OtlpEndpoint!.AbsoluteUri.TrimEnd('/') + "/" + path) : chosen.OtlpEndpoint!;
        exporter.Headers = chosen.ReadHeaders();
    }

    private static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path == MetricsPath;
}
