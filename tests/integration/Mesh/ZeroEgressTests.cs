using System.Collections.Concurrent;
using LoraMesh.Containers;
using LoraMesh.EndToEndTests.AirGap;
using LoraMesh.IntegrationTests.Control;
using LoraMesh.UnitTests.Storage;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>The five services as processes of their own, each watched by strace: broker, store and database are all that any of them may reach for.</summary>
public sealed class ZeroEgressTests(PostgresFixture server) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Project = "sealed";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, NetworkTrace> _traces = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [WatchedMeshFact]
    public async Task Services_FromDropToAnswer_ReachForBrokerStoreAndDatabaseAlone()
    {
        var database = await server.NewDatabaseAsync();
        var settings = PostgresFixture.Settings(database).ToDictionary(setting => setting.Key, setting => setting.Value!);
        await using var mesh = await RunningMesh.StartAsync(new MeshOptions { Settings = settings, Launcher = service => Trace(service).Launcher });
        await mesh.Client.DropTextAsync(Project, "project.yaml", Samples.Lasting);
        await mesh.Client.DropTextAsync(Project, "tickets.jsonl", Samples.Tickets(200));
        await mesh.WaitForPromotionAsync(Project);
        Assert.NotEmpty(await mesh.AskAsync(Project, Samples.Question));
        await Task.WhenAll(mesh.Services.Select(service => service.StopAsync()));

        (string Host, int Port) broker = (mesh.Broker.Host, mesh.Broker.Port), store = (mesh.Store.Endpoint.Host, mesh.Store.Endpoint.Port), rows = (database.Host!, database.Port);
        Assert.Equal(["control", "dataset-prep", "evaluator", "inference", "trainer"], _traces.Keys.Order(StringComparer.Ordinal));
        foreach (var (service, trace) in _traces)
        {
            var reached = trace.Read().Where(place => place.Family == "inet").Select(place => (place.Address, place.Port)).ToHashSet();
            (string Host, int Port)[] allowed = service == "control" ? [broker, store, rows] : [broker, store];
            // Each speaks with all that it may, so the watch has seen something; and with nobody else.
            Assert.True(reached.SetEquals(allowed), $"{service} reached for {string.Join(", ", reached)}; expected {string.Join(", ", allowed)}");
            Assert.DoesNotContain(trace.Read(), place => place.IsNameLookUp);
        }
    }

    private NetworkTrace Trace(string service) => _traces.GetOrAdd(service, name => new NetworkTrace(Path.Combine(_folder.Path, name + ".txt")));
}

/// <summary>A test that needs containers and a look at what processes reach for; skipped, with the reason, where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class WatchedMeshFactAttribute : FactAttribute
{
    public WatchedMeshFactAttribute() => Skip = DockerEngine.Absence ?? NetworkTrace.Absence;
}
