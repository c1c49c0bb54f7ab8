using System.Globalization;
using LoraMesh.Containers;

namespace LoraMesh.IntegrationTests.Bus;

/// <summary>One broker for the tests of a class.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    // Each look is a command in the container: half a second, or two on a busy machine.
    private const int MaxLooks = 20;

    /// <summary>The broker; null where no container can run.</summary>
    public BrokerContainer? Container { get; private set; }

    /// <summary>Settings by which a process reaches the broker.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Bus:Transport"] = "rabbitmq",
        ["Bus:Host"] = Container!.Host,
        ["Bus:Port"] = Container.Port.ToString(CultureInfo.InvariantCulture),
        ["Bus:Username"] = BrokerContainer.Username,
        ["Bus:Password"] = BrokerContainer.Password,
    };

    public async Task InitializeAsync() => Container = DockerEngine.Absence is null ? await BrokerContainer.StartAsync() : null;

    public async Task DisposeAsync()
    {
        if (Container is not null)
        {
            await Container.DisposeAsync();
        }
    }

    /// <summary>A column of every queue, by the queue's name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> QueuesAsync(string column) =>
        (await Container!.ControlAsync("list_queues", "name", column)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t')).Where(line => line[0] != "name").ToDictionary(line => line[0], line => line[1]);

    /// <summary>Messages ready in a queue and handed out but not acknowledged; looks again until they are as expected.</summary>
    public async Task<(int Ready, int HandedOut)> DepthAsync(string queue, int ready)
    {
        (int Ready, int HandedOut) found = (-1, -1);
        for (var looks = 0; looks < MaxLooks && found != (ready, 0); looks++)
        {
            var line = (await Container!.ControlAsync("list_queues", "name", "messages_ready", "messages_unacknowledged")).Split('\n').FirstOrDefault(line => line.StartsWith(queue + "\t", StringComparison.Ordinal));
            if (line?.Split('\t') is [_, var waiting, var handedOut])
            {
                found = (int.Parse(waiting, CultureInfo.InvariantCulture), int.Parse(handedOut, CultureInfo.InvariantCulture));
            }
        }

        return found;
    }
}
