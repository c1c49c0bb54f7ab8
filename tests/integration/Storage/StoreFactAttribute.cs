using LoraMesh.Containers;

namespace LoraMesh.UnitTests.Storage;

/// <summary>A fact of the contract, skipped where no container can run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoreFactAttribute : FactAttribute
{
    public StoreFactAttribute() => Skip = DockerEngine.Absence;
}

/// <summary>A theory of the contract, skipped where no container can run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StoreTheoryAttribute : TheoryAttribute
{
    public StoreTheoryAttribute() => Skip = DockerEngine.Absence;
}
