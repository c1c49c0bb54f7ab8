using Testcontainers.RabbitMq;

namespace LoraMesh.Containers;

/// <summary>RabbitMQ in a container: the public image, or the one that <c>LORAMESH_RABBITMQ_IMAGE</c> names.</summary>
public sealed class BrokerContainer : IAsyncDisposable
{
    /// <summary>User of the broker.</summary>
    public const string Username = "loramesh";

    /// <summary>Password of the broker.</summary>
    public const string Password = "loramesh-test";

    private const string PublicImage = "rabbitmq:4-management";

    private readonly RabbitMqContainer _container;

    private BrokerContainer(RabbitMqContainer container) => _container = container;

    /// <summary>Host that the broker answers at.</summary>
    public string Host => _container.Hostname;

    /// <summary>Port that the broker answers at.</summary>
    public int Port => _container.GetMappedPublicPort(RabbitMqBuilder.RabbitMqPort);

    /// <summary>Starts a broker and waits until it answers.</summary>
    public static async Task<BrokerContainer> StartAsync(CancellationToken cancellationToken = default)
    {
        var image = Environment.GetEnvironmentVariable("LORAMESH_RABBITMQ_IMAGE");
        var container = new RabbitMqBuilder(string.IsNullOrEmpty(image) ? PublicImage : image).WithUsername(Username).WithPassword(Password).Build();
        await container.StartAsync(cancellationToken);
        return new BrokerContainer(container);
    }

    /// <summary>Runs <c>rabbitmqctl</c> in the container and gives what it writes.</summary>
    /// <exception cref="InvalidOperationException">It did not end with 0.</exception>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var result = await _container.ExecAsync(["rabbitmqctl", "-q", .. arguments]);
        return result.ExitCode == 0 ? result.Stdout : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Stderr}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
