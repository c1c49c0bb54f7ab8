using System.Globalization;
using LoraMesh.Containers;
using LoraMesh.Control.Registry;

namespace LoraMesh.IntegrationTests.Control;

/// <summary>One server for the tests of a class; each test takes a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private int _databases;

    /// <summary>The server; null where no container can run.</summary>
    public DatabaseContainer? Container { get; private set; }

    public async Task InitializeAsync() => Container = DockerEngine.Absence is null ? await DatabaseContainer.StartAsync() : null;

    public async Task DisposeAsync()
    {
        if (Container is not null)
        {
            await Container.DisposeAsync();
        }
    }

    /// <summary>Makes an empty database.</summary>
    public async Task<DatabaseOptions> NewDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await Container!.QueryAsync($"CREATE DATABASE {name}");
        return new DatabaseOptions { Kind = DatabaseOptions.Postgres, Host = Container.Host, Port = Container.Port, Name = name, Username = DatabaseContainer.Username, Password = DatabaseContainer.Password };
    }

    /// <summary>The options as settings of a process.</summary>
    public static IReadOnlyDictionary<string, string?> Settings(DatabaseOptions options) => new Dictionary<string, string?>
    {
        ["Database:Kind"] = options.Kind,
        ["Database:Host"] = options.Host,
        ["Database:Port"] = options.Port.ToString(CultureInfo.InvariantCulture),
        ["Database:Name"] = options.Name,
        ["Database:Username"] = options.Username,
        ["Database:Password"] = options.Password,
    };
}
