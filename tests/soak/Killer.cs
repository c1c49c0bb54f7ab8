using LoraMesh.Containers;

namespace LoraMesh.Soak;

/// <summary>Ends one thing after another without warning and starts it again.</summary>
internal sealed class Killer(RunningMesh mesh, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Kills by what was killed.</summary>
    public Dictionary<string, int> Kills { get; } = [];

    /// <summary>Kills one of broker, store and services, drawn at random, and starts it again after up to three seconds.</summary>
    public async Task KillAsync()
    {
        var victim = _random.Next(mesh.Services.Count + 2);
        var (name, end, begin) = victim == 0 ? ("broker", mesh.Broker.KillAsync(), mesh.Broker.StartAgainAsync)
            // Some stores keep nothing over a kill, such as one in memory.
            : victim == 1 ? ("store", mesh.Store.StopAsync(), mesh.Store.StartAgainAsync)
            : (mesh.Services[victim - 2].Service, mesh.Services[victim - 2].KillAsync(), (Func<CancellationToken, Task>)mesh.Services[victim - 2].StartAsync);
        await end;
        Kills[name] = Kills.GetValueOrDefault(name) + 1;
        await Task.Delay(TimeSpan.FromSeconds(_random.NextDouble() * 3));
        await begin(CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(_random.NextDouble() * 5));
    }
}
