using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LoraMesh.Control.Registry;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseCheck(RegistryStore registry) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await registry.ProbeAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception problem) when (problem is DbException || problem.InnerException is DbException)
        {
            return HealthCheckResult.Unhealthy($"The database does not answer: {(problem as DbException ?? problem.InnerException)!.Message}");
        }
    }
}
