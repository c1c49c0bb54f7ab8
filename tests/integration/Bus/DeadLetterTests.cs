using LoraMesh.UnitTests.Hosting.Bus;
using LoraMesh.UnitTests.Storage;
using RabbitMQ.Client;

namespace LoraMesh.IntegrationTests.Bus;

/// <summary>The broker's own limit, for what ends the process that takes it: no code of ours sees such a message twice.</summary>
public sealed class DeadLetterTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    private const string Queue = "trainer-train-adapter";
    private const int DeliveryLimit = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [DockerFact]
    public async Task Message_ThatNoProcessSurvives_GoesToTheDeadLetters()
    {
        await broker.Container!.ImportDefinitionsAsync(Path.Combine(AppContext.BaseDirectory, "compose", "definitions.json"));
        await using (await BusContractMember.StartAsync(_folder.Path, broker.Settings, new BusContractWork(), works: true, hears: true))
        {
            var types = await broker.QueuesAsync("type");
            var policies = await broker.QueuesAsync("policy");
            Assert.All(policies.Where(queue => types[queue.Key] == "quorum"), queue => Assert.Equal(queue.Key == "dead" ? "dead" : "loramesh", queue.Value));
        }

        await using var connection = await broker.Container.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync("", Queue, new byte[] { 1, 2, 3 });
        var deliveries = await DieWithMessageAsync(connection);

        Assert.Equal(DeliveryLimit + 1, deliveries);
        Assert.Equal((1, 0), await broker.DepthAsync("dead", ready: 1));
        var dead = await channel.BasicGetAsync("dead", autoAck: true);
        Assert.Equal([1, 2, 3], dead!.Body.ToArray());
        Assert.Contains("delivery_limit", Reasons(dead), StringComparison.Ordinal);
    }

    // Each delivery ends with its channel, unacknowledged, as when the process dies.
    private static async Task<int> DieWithMessageAsync(IConnection connection)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var deliveries = 0;
        for (var misses = 0; misses < 20;)
        {
            await using var channel = await connection.CreateChannelAsync();
            if (await channel.BasicGetAsync(Queue, autoAck: false) is null)
            {
                misses++;
                await timer.WaitForNextTickAsync();
            }
            else
            {
                (deliveries, misses) = (deliveries + 1, 0);
            }
        }

        return deliveries;
    }

    private static string Reasons(BasicGetResult message) =>
        message.BasicProperties.Headers?.TryGetValue("x-first-death-reason", out var reason) == true && reason is byte[] text ? System.Text.Encoding.UTF8.GetString(text) : "";
}
