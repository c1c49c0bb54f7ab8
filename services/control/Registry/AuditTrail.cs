using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.Control.Registry;

/// <summary>Writes down what people did that changes no row of the registry itself. Thread-safe.</summary>
public sealed class AuditTrail(RegistryStore registry, TimeProvider time)
{
    /// <summary>Adds an entry.</summary>
    /// <param name="who">Name of the caller.</param>
    /// <param name="what">What was done, a stable word.</param>
    /// <param name="project">The project; empty where it concerns none or several.</param>
    /// <param name="why">What exactly, or why, in one sentence.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task AddAsync(string who, string what, string project, string why, CancellationToken cancellationToken) => registry.WriteAsync(
        context =>
        {
            context.Audit.Add(new AuditRow { At = time.GetUtcNow(), Who = who, What = what, Project = project, Why = why });
            return Task.CompletedTask;
        },
        cancellationToken);
}
