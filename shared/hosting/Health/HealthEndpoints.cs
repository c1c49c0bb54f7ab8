using System.Text.Json;
using LoraMesh.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LoraMesh.Hosting.Health;

/// <summary>The two questions that a supervisor asks a process.</summary>
public static class HealthEndpoints
{
    /// <summary>Tag of the checks that <c>/health/ready</c> asks.</summary>
    public const string Ready = "ready";

    /// <summary>
    /// Maps <c>/health/live</c> (200 as long as the process answers) and <c>/health/ready</c> (503 while a check with
    /// the tag <see cref="Ready"/> fails). Body: <c>{"status","checks":{name:{"status","description"}}}</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapLoraMeshHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync }).AllowAnonymous();
        return app;
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        var checks = new SortedDictionary<string, CheckView>(StringComparer.Ordinal);
        foreach (var (name, entry) in report.Entries)
        {
            checks[name] = new CheckView(Lower(entry.Status), entry.Description);
        }

        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, new HealthView(Lower(report.Status), checks), ContractsJson.Options, context.RequestAborted);
    }

    private static string Lower(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    private sealed record HealthView(string Status, IReadOnlyDictionary<string, CheckView> Checks);

    private sealed record CheckView(string Status, string? Description);
}
