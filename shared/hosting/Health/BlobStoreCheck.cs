using LoraMesh.Contracts;
using LoraMesh.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LoraMesh.Hosting.Health;

/// <summary>Whether the blob store answers.</summary>
internal sealed class BlobStoreCheck(IBlobStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.EnsureBucketAsync(Buckets.Runs, cancellationToken);
            await store.StatAsync(Buckets.Runs, "health", cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            return HealthCheckResult.Unhealthy($"The blob store does not answer: {problem.Message}");
        }
    }
}
