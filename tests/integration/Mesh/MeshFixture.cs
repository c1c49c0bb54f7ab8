using LoraMesh.Containers;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>One suite for all tests of the collection, each with projects of its own; a test that breaks something mends it.</summary>
public sealed class MeshFixture : IAsyncLifetime
{
    private RunningMesh? _mesh;

    /// <summary>The suite.</summary>
    public RunningMesh Mesh => _mesh ?? throw new InvalidOperationException("No container can run; the test should have been skipped.");

    public async Task InitializeAsync() => _mesh = DockerEngine.Absence is null ? await RunningMesh.StartAsync() : null;

    public async Task DisposeAsync()
    {
        if (_mesh is not null)
        {
            await _mesh.DisposeAsync();
        }
    }
}

/// <summary>Tests that share the suite.</summary>
[CollectionDefinition(Name)]
public sealed class MeshTests : ICollectionFixture<MeshFixture>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "mesh";
}
