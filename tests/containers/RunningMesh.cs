using System.Globalization;
using Amazon.S3;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Networks;

namespace LoraMesh.Containers;

/// <summary>
/// The suite as it runs in production: RabbitMQ and an S3 store in containers, the five services as processes of their
/// own. Drop files, wait for the promotion, ask. Everything is gone after <see cref="DisposeAsync"/>.
/// </summary>
public sealed class RunningMesh : IAsyncDisposable
{
    private static readonly string[] Names = ["control", "dataset-prep", "trainer", "evaluator", "inference"];

    private readonly string _folder = Directory.CreateTempSubdirectory("loramesh-mesh-").FullName;
    private readonly MeshOptions _options;
    private readonly List<ServiceProcess> _services = [];
    private readonly MeshCertificates? _certificates;
    private INetwork? _network;
    private BrokerContainer? _broker;
    private StoreContainer? _store;
    private IAmazonS3? _objects;
    private MeshClient? _client;

    private RunningMesh(MeshOptions options) => (_options, _certificates) = (options, options.Tls ? new MeshCertificates(_folder) : null);

    /// <summary>The broker.</summary>
    public BrokerContainer Broker => Started(_broker);

    /// <summary>The store.</summary>
    public StoreContainer Store => Started(_store);

    /// <summary>An S3 client of the store, with all rights.</summary>
    public IAmazonS3 Objects => Started(_objects);

    /// <summary>Drops, waits, asks.</summary>
    public MeshClient Client => Started(_client);

    /// <summary>What the suite's hosts are trusted by; null without TLS.</summary>
    public MeshCertificates? Certificates => _certificates;

    /// <summary>The processes of all services.</summary>
    public IReadOnlyList<ServiceProcess> Services => _services;

    /// <summary>The end of every service's log, for messages of failed assertions.</summary>
    public string Logs => string.Join('\n', _services.Select(service => service.Tail()));

    /// <summary>Starts broker, store and services, and waits until all are ready.</summary>
    /// <exception cref="MeshException">A service does not become ready.</exception>
    public static async Task<RunningMesh> StartAsync(MeshOptions? options = null, CancellationToken cancellationToken = default)
    {
        var mesh = new RunningMesh(options ?? new MeshOptions());
        try
        {
            await mesh.StartContainersAsync(cancellationToken);
            await mesh.StartServicesAsync(cancellationToken);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>A process of a service, by its number from 1.</summary>
    public ServiceProcess Service(string name, int number = 1) => _services.Single(service => service.Service == name && service.Number == number);

    /// <summary>Adds a process to a service and waits until it is ready.</summary>
    /// <param name="name">The service.</param>
    /// <param name="settings">Settings of this process alone, such as <c>Storage:Folder</c>; they win over all others.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ServiceProcess> AddAsync(string name, IReadOnlyDictionary<string, string>? settings = null, CancellationToken cancellationToken = default)
    {
        var service = Add(name, settings);
        await service.StartAsync(cancellationToken);
        return service;
    }

    /// <summary>Lets a process end by itself and forgets it.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RemoveAsync(ServiceProcess service, CancellationToken cancellationToken = default)
    {
        var code = await service.StopAsync(cancellationToken);
        _services.Remove(service);
        await service.DisposeAsync();
        return code;
    }

    /// <inheritdoc cref="MeshClient.DropAsync(string, CancellationToken, string[])"/>
    public Task DropAsync(string project, params string[] files) => Client.DropAsync(project, CancellationToken.None, files);

    /// <inheritdoc cref="MeshClient.WaitForPromotionAsync"/>
    public Task<Contracts.RunView> WaitForPromotionAsync(string project, TimeSpan? atMost = null, CancellationToken cancellationToken = default) =>
        Client.WaitForPromotionAsync(project, atMost, cancellationToken);

    /// <inheritdoc cref="MeshClient.AskAsync"/>
    public Task<string> AskAsync(string model, string question, int maxTokens = 64, CancellationToken cancellationToken = default) =>
        Client.AskAsync(model, question, maxTokens, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _objects?.Dispose();
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        _certificates?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartContainersAsync(CancellationToken cancellationToken)
    {
        _network = new NetworkBuilder().Build();
        await _network.CreateAsync(cancellationToken);
        _broker = await BrokerContainer.StartAsync(_network, _certificates, cancellationToken: cancellationToken);

        // The exchange among them: a store announces only to what is there before it.
        await _broker.ImportDefinitionsAsync(Path.Combine(AppContext.BaseDirectory, "compose", "definitions.json"), cancellationToken);
        _store = await StoreContainer.StartAsync(_network, _certificates, cancellationToken);
        _objects = _store.Connect();
        await StoreSeed.PlantAsync(_objects, _options, cancellationToken);
    }

    private async Task StartServicesAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Names)
        {
            for (var number = 0; number < _options.Processes.GetValueOrDefault(name, 1); number++)
            {
                Add(name).Launch();
            }
        }

        foreach (var service in _services)
        {
            await service.WaitUntilReadyAsync(cancellationToken);
        }

        _client = new MeshClient(Objects, () => Service("control").Address, () => Service("inference").Address, () => Logs, _certificates?.Handler());
    }

    private ServiceProcess Add(string name, IReadOnlyDictionary<string, string>? own = null)
    {
        var number = _services.Where(service => service.Service == name).Select(service => service.Number).DefaultIfEmpty().Max() + 1;
        var settings = Settings(name, number);
        if (_certificates is not null)
        {
            (settings["Bus:Tls"], settings["Bus:CaFile"], settings["Storage:S3:CaFile"]) = ("true", _certificates.AuthorityFile, _certificates.AuthorityFile);
        }

        foreach (var (key, value) in _options.Settings.Concat(own ?? new Dictionary<string, string>()))
        {
            settings[key] = value;
        }

        var environment = settings.ToDictionary(setting => "LORAMESH_" + setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        if (_certificates is not null)
        {
            environment["Kestrel__Certificates__Default__Path"] = _certificates.CertificateFile;
            environment["Kestrel__Certificates__Default__KeyPath"] = _certificates.KeyFile;
        }

        var service = new ServiceProcess(name, number, environment, _certificates, _options.Launcher?.Invoke(name) ?? []) { Programs = _options.Programs };
        _services.Add(service);
        return service;
    }

    private Dictionary<string, string> Settings(string name, int number) => new()
    {
        ["Bus:Transport"] = "rabbitmq",
        ["Bus:Host"] = Broker.Host,
        ["Bus:Port"] = Broker.Port.ToString(CultureInfo.InvariantCulture),
        ["Bus:Username"] = BrokerContainer.Username,
        ["Bus:Password"] = BrokerContainer.Password,
        ["Storage:Kind"] = "s3",
        ["Storage:Folder"] = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}")),
        ["Storage:S3:Endpoint"] = Store.Endpoint.ToString(),
        ["Storage:S3:AccessKey"] = StoreContainer.AccessKey,
        ["Storage:S3:SecretKey"] = StoreContainer.SecretKey,
        ["Control:QuietPeriod"] = "00:00:01",
        // A test asks from one address what many callers ask elsewhere.
        ["Control:RequestsPerSecond"] = "0",
    };

    private static T Started<T>(T? part)
        where T : class => part ?? throw new InvalidOperationException("The suite was not started.");
}
