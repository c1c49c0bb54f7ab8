using LoraMesh.Containers;

namespace LoraMesh.UnitTests.Control.Registry;

/// <summary>A fact that holds on every database, skipped where no container can run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DatabaseFactAttribute : FactAttribute
{
    public DatabaseFactAttribute() => Skip = DockerEngine.Absence;
}
