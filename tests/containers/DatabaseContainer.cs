using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;

namespace LoraMesh.Containers;

/// <summary>PostgreSQL in a container: the public image, or the one that <c>LORAMESH_POSTGRES_IMAGE</c> names.</summary>
public sealed class DatabaseContainer : IAsyncDisposable
{
    /// <summary>User of the server; may do everything.</summary>
    public const string Username = "loramesh";

    /// <summary>Password of the server.</summary>
    public const string Password = "loramesh-test";

    private const string PublicImage = "postgres:17";
    private const int ServerPort = 5432;

    private readonly IContainer _container;

    private DatabaseContainer(IContainer container) => _container = container;

    /// <summary>Host that the server answers at.</summary>
    public string Host => _container.Hostname;

    /// <summary>Port that the server answers at.</summary>
    public int Port => _container.GetMappedPublicPort(ServerPort);

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<DatabaseContainer> StartAsync(CancellationToken cancellationToken = default)
    {
        var image = Environment.GetEnvironmentVariable("LORAMESH_POSTGRES_IMAGE");
        var container = new ContainerBuilder(string.IsNullOrEmpty(image) ? PublicImage : image)
            .WithPortBinding(ServerPort, true)
            .WithEnvironment("POSTGRES_USER", Username)
            .WithEnvironment("POSTGRES_PASSWORD", Password)
            // On the network: while the public image makes its cluster, a server of its own answers at the socket.
            .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted("pg_isready", "-q", "-h", "127.0.0.1", "-U", Username))
            .Build();
        await container.StartAsync(cancellationToken);
        return new DatabaseContainer(container);
    }

    /// <summary>Runs a statement as the user above, in the database of that name or another one, and gives what it answers.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<string> QueryAsync(string statement, string database = Username)
    {
        var result = await _container.ExecAsync(["psql", "-h", "/run/postgresql", "-U", Username, "-d", database, "-qtAX", "-v", "ON_ERROR_STOP=1", "-c", statement]);
        return result.ExitCode == 0 ? result.Stdout.Trim() : throw new InvalidOperationException($"psql ended with {result.ExitCode}: {result.Stderr}");
    }

    /// <summary>Holds every process of the server, as a host that hangs does.</summary>
    public Task PauseAsync(CancellationToken cancellationToken = default) => _container.PauseAsync(cancellationToken);

    /// <summary>Ends <see cref="PauseAsync"/>.</summary>
    public Task UnpauseAsync(CancellationToken cancellationToken = default) => _container.UnpauseAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
