using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace LoraMesh.Inference.Adapters;

// Ready once the store has been read and the first base model, where there is one, is loaded, until the process is told to stop.
internal sealed class InferenceCheck(AdapterPoll poll, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problem = lifetime.ApplicationStopping.IsCancellationRequested ? "The process is stopping; running answers are finished."
            : poll.IsReady ? null
            : "The base model and the adapters are still being loaded, or the base model is refused; the log says which.";
        return Task.FromResult(problem is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(problem));
    }
}
