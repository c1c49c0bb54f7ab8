using LoraMesh.Containers;

namespace LoraMesh.UnitTests.Hosting.Bus;

/// <summary>A fact of the contract, skipped where no container can run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BusFactAttribute : FactAttribute
{
    public BusFactAttribute() => Skip = DockerEngine.Absence;
}
