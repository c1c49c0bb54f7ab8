using LoraMesh.Containers;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>Control alone, which neither lists by itself nor sees quiet within an hour: a run begins only where the store told of a marker.</summary>
public sealed class IntakeFixture : IAsyncLifetime
{
    private RunningMesh? _mesh;

    /// <summary>The suite.</summary>
    public RunningMesh Mesh => _mesh ?? throw new InvalidOperationException("No container can run; the test should have been skipped.");

    public async Task InitializeAsync() => _mesh = DockerEngine.Absence is not null ? null : await RunningMesh.StartAsync(new MeshOptions
    {
        Processes = new Dictionary<string, int> { ["dataset-prep"] = 0, ["trainer"] = 0, ["evaluator"] = 0, ["inference"] = 0 },
        Models = new Dictionary<string, string>(),
        Settings = new Dictionary<string, string> { ["Control:QuietPeriod"] = "01:00:00", ["Control:ReconcileInterval"] = "01:00:00" },
    });

    public async Task DisposeAsync()
    {
        if (_mesh is not null)
        {
            await _mesh.DisposeAsync();
        }
    }
}
