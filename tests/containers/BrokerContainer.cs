using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Networks;
using RabbitMQ.Client;
using Testcontainers.RabbitMq;

namespace LoraMesh.Containers;

/// <summary>RabbitMQ in a container: the public image, or the one that <c>LORAMESH_RABBITMQ_IMAGE</c> names.</summary>
public sealed class BrokerContainer : IAsyncDisposable
{
    /// <summary>User of the broker.</summary>
    public const string Username = "loramesh";

    /// <summary>Password of the broker.</summary>
    public const string Password = "loramesh-test";

    /// <summary>Topic exchange that a store announces new objects to; durable.</summary>
    public const string EventExchange = "s3-events";

    /// <summary>Name of the broker for containers in the same network.</summary>
    public const string Alias = "broker";

    private const string PublicImage = "rabbitmq:4-management";

    private const int TlsPort = 5671;

    private readonly RabbitMqContainer _container;
    private readonly bool _tls;

    private BrokerContainer(RabbitMqContainer container, bool tls) => (_container, _tls) = (container, tls);

    /// <summary>Host that the broker answers at.</summary>
    public string Host => _container.Hostname;

    /// <summary>Port that the broker answers at.</summary>
    public int Port => _container.GetMappedPublicPort(_tls ? TlsPort : RabbitMqBuilder.RabbitMqPort);

    /// <summary>Starts a broker and waits until it answers; its address stays the same over <see cref="StopAsync"/> and <see cref="StartAgainAsync"/>.</summary>
    /// <param name="network">Network in which other containers reach it as <see cref="Alias"/>; none by default.</param>
    /// <param name="certificates">With them the broker speaks TLS and nothing else, as by <c>compose/tls.yaml</c>.</param>
    /// <param name="asksForCertificates">Whether it speaks to those alone who show a certificate by the same authority, as by <c>compose/mutual-tls.yaml</c>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<BrokerContainer> StartAsync(INetwork? network = null, MeshCertificates? certificates = null, bool asksForCertificates = false, CancellationToken cancellationToken = default)
    {
        var image = Environment.GetEnvironmentVariable("LORAMESH_RABBITMQ_IMAGE");
        var builder = new RabbitMqBuilder(string.IsNullOrEmpty(image) ? PublicImage : image)
            .WithUsername(Username).WithPassword(Password).WithHostname(Alias).WithPortBinding(HostPorts.Free(), certificates is null ? RabbitMqBuilder.RabbitMqPort : TlsPort);
        if (certificates is not null)
        {
            builder = builder
                .WithResourceMapping(await File.ReadAllBytesAsync(certificates.AuthorityFile, cancellationToken), "/run/tls/ca.pem")
                .WithResourceMapping(await File.ReadAllBytesAsync(certificates.CertificateFile, cancellationToken), "/run/tls/broker.pem")
                .WithResourceMapping(await File.ReadAllBytesAsync(certificates.KeyFile, cancellationToken), "/run/tls/broker.key")
                .WithResourceMapping(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "compose", "tls.conf"), cancellationToken), "/etc/rabbitmq/conf.d/50-tls.conf");
        }

        if (asksForCertificates)
        {
            builder = builder.WithResourceMapping(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "compose", "mutual-tls.conf"), cancellationToken), "/etc/rabbitmq/conf.d/60-mutual-tls.conf");
        }

        var container = (network is null ? builder : builder.WithNetwork(network).WithNetworkAliases(Alias)).Build();
        await container.StartAsync(cancellationToken);
        return new BrokerContainer(container, certificates is not null);
    }

    /// <summary>Stops the broker; what is durable stays.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _container.StopAsync(cancellationToken);

    /// <summary>Ends the broker at once, as SIGKILL would: nothing is flushed or closed.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        // The command loses its own connection by it; what counts is that the container ends.
        await _container.ExecAsync(["rabbitmqctl", "-q", "eval", "erlang:halt(137, [{flush, false}])."], cancellationToken);
        await _container.GetExitCodeAsync(cancellationToken);
    }

    /// <summary>Starts a stopped broker and waits until it answers.</summary>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) => _container.StartAsync(cancellationToken);

    /// <summary>Runs <c>rabbitmqctl</c> in the container and gives what it writes.</summary>
    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var result = await _container.ExecAsync(["rabbitmqctl", "-q", .. arguments]);
        return result.ExitCode == 0 ? result.Stdout : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Stderr}");
    }

    /// <summary>Declares <see cref="EventExchange"/>, as the services do too.</summary>
    public async Task DeclareEventExchangeAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(EventExchange, ExchangeType.Topic, durable: true, cancellationToken: cancellationToken);
    }

    /// <summary>Opens a connection of one's own, to look at what the services do not show; not where the broker speaks TLS.</summary>
    public Task<IConnection> ConnectAsync(CancellationToken cancellationToken = default) =>
        new ConnectionFactory { HostName = Host, Port = Port, UserName = Username, Password = Password }.CreateConnectionAsync(cancellationToken);

    /// <summary>Takes over a definitions file: exchanges, queues, policies.</summary>
    public async Task ImportDefinitionsAsync(string file, CancellationToken cancellationToken = default)
    {
        const string Inside = "/tmp/definitions.json";
        await _container.CopyAsync(await File.ReadAllBytesAsync(file, cancellationToken), Inside, fileMode: UnixFileModes.UserRead | UnixFileModes.GroupRead | UnixFileModes.OtherRead, ct: cancellationToken);
        await ControlAsync("import_definitions", Inside);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
