using LoraMesh.Containers;
using LoraMesh.Contracts;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>One suite for all tests of the collection, each with projects of its own; a test that breaks something mends it.</summary>
public sealed class MeshFixture : IAsyncLifetime
{
    /// <summary>The project whose run nothing disturbs.</summary>
    public const string Calm = "calm";

    private RunningMesh? _mesh;
    private Task<RunView>? _calm;

    /// <summary>The suite.</summary>
    public RunningMesh Mesh => _mesh ?? throw new InvalidOperationException("No container can run; the test should have been skipped.");

    public async Task InitializeAsync() => _mesh = DockerEngine.Absence is null ? await RunningMesh.StartAsync(new MeshOptions { Settings = Hurried }) : null;

    public async Task DisposeAsync()
    {
        if (_mesh is not null)
        {
            await _mesh.DisposeAsync();
        }
    }

    /// <summary>The run that nothing disturbed; made once.</summary>
    public Task<RunView> CalmAsync()
    {
        return _calm ??= MakeAsync();

        async Task<RunView> MakeAsync()
        {
            await DropAsync(Calm);
            return await Mesh.WaitForPromotionAsync(Calm);
        }
    }

    /// <summary>Drops the same bytes into any project, so that the same adapter must come of it.</summary>
    public async Task DropAsync(string project)
    {
        await Mesh.Client.DropTextAsync(project, "project.yaml", Samples.Lasting);
        await Mesh.Client.DropTextAsync(project, "tickets.jsonl", Samples.Tickets(200));
    }

    /// <summary>Files of an adapter that do not name its project, with their hashes.</summary>
    public async Task<IReadOnlyList<(string File, string Sha256)>> AdapterAsync(RunView run)
    {
        var manifest = await Mesh.ReadJsonAsync<AdapterManifest>(Buckets.Adapters, $"{run.Project}/{run.AdapterId}/manifest.json");
        var files = new List<(string, string)>();
        foreach (var file in manifest.Files.Where(file => Path.GetFileName(file.Key) is not ("README.md" or "bom.cdx.json")))
        {
            var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await Mesh.ReadAsync(file.Bucket, file.Key)));
            Assert.Equal(file.Sha256, sha256);
            files.Add((Path.GetFileName(file.Key), sha256));
        }

        Assert.Contains(files, file => file.Item1 == "adapter_model.safetensors");
        return files;
    }

    /// <summary>A dead worker is noticed after seconds instead of half a minute.</summary>
    private static Dictionary<string, string> Hurried => new()
    {
        ["Jobs:LeaseTime"] = "00:00:06",
        ["Jobs:Heartbeat"] = "00:00:02",
        ["Control:QuietPeriod"] = "00:00:02",
        ["Control:WatchInterval"] = "00:00:01",
        ["Control:ReconcileInterval"] = "00:00:10",
    };
}

/// <summary>Tests that share the suite.</summary>
[CollectionDefinition(Name)]
public sealed class MeshTests : ICollectionFixture<MeshFixture>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "mesh";
}
