using LoraMesh.Containers;

namespace LoraMesh.IntegrationTests;

/// <summary>A test that takes minutes: it runs where containers can and <c>LORAMESH_LONG_TESTS</c> is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = DockerEngine.Absence
        ?? (Environment.GetEnvironmentVariable("LORAMESH_LONG_TESTS") == "1" ? null : "it takes minutes; LORAMESH_LONG_TESTS=1 runs it");
}
