using LoraMesh.UnitTests.Hosting.Bus;
using LoraMesh.UnitTests.Storage;
using RabbitMQ.Client;

namespace LoraMesh.IntegrationTests.Bus;

/// <summary>A broker that takes messages back from consumers long before the job is done.</summary>
public sealed class AckTimeoutTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly BusContractWork _work = new();

    public void Dispose() => _folder.Dispose();

    [DockerFact]
    public async Task Job_LongerThanTheBrokersPatience_IsDoneOnce()
    {
        // The broker looks once a minute at least, unless it is told otherwise before a channel is opened.
        await broker.Container!.ControlAsync("eval", "application:set_env(rabbit, consumer_timeout, 2000), application:set_env(rabbit, channel_tick_interval, 500).");
        await using var sender = await StartAsync(works: false);
        await using var worker = await StartAsync(works: true);
        await sender.SendAsync("long");
        Assert.Equal("long", await _work.NextStartedAsync());

        await UntilAHeldMessageIsTakenBackAsync();
        await sender.SendAsync("next");
        Assert.False(_work.HasStartedMore);
        _work.End("long");

        Assert.Equal("long", await _work.NextResultAsync());
        Assert.Equal("next", await _work.NextStartedAsync());
        _work.End("next");
        Assert.Equal("next", await _work.NextResultAsync());
        Assert.False(_work.HasStartedMore);
    }

    // Holds a message as a naive worker would, until the broker closes the channel on it.
    private async Task UntilAHeldMessageIsTakenBackAsync()
    {
        await using var connection = await broker.Container!.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var takenBack = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, shutdown) =>
        {
            takenBack.TrySetResult(shutdown.ReplyText);
            return Task.CompletedTask;
        };
        await channel.QueueDeclareAsync("held", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.BasicPublishAsync("", "held", new byte[] { 1 });
        await channel.BasicConsumeAsync("held", autoAck: false, new Silent(channel));

        Assert.Contains("timeout", await takenBack.Task.WaitAsync(Patience), StringComparison.Ordinal);
    }

    private async Task<BusContractMember> StartAsync(bool works) =>
        await BusContractMember.StartAsync(_folder.Path, broker.Settings, _work, works, hears: !works);

    private sealed class Silent(IChannel channel) : AsyncDefaultBasicConsumer(channel);
}
