namespace LoraMesh.Containers;

/// <summary>What a <see cref="RunningMesh"/> is made of.</summary>
public sealed record MeshOptions
{
    /// <summary>Processes of each service; a service that is not named has one, and 0 leaves it out.</summary>
    public IReadOnlyDictionary<string, int> Processes { get; init; } = new Dictionary<string, int>();

    /// <summary>Base models by name: folders in Hugging Face's layout. Default: the sample model as <c>loramesh-tiny</c>.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>
    {
        ["loramesh-tiny"] = Path.Combine(AppContext.BaseDirectory, "samples", "base-model"),
    };

    /// <summary>Settings of every service, such as <c>Jobs:LeaseTime</c>; they win over those of the fixture.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the store announces drops over the broker. Without it they are found by listing alone.</summary>
    public bool StoreAnnounces { get; init; } = true;

    /// <summary>Whether broker, store and services speak TLS, with an authority of the suite's own, and nothing else.</summary>
    public bool Tls { get; init; }

    /// <summary>What a service's process is started under, by the service's name: a program that watches or limits it and keeps its process id. None by default.</summary>
    public Func<string, IReadOnlyList<string>>? Launcher { get; init; }

    /// <summary>Folder with one published service a folder that all of them are started from; null for those of this build. A process may be given another one (<see cref="ServiceProcess.Programs"/>).</summary>
    public string? Programs { get; init; }
}
