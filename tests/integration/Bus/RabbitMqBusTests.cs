using LoraMesh.UnitTests.Hosting.Bus;

namespace LoraMesh.IntegrationTests.Bus;

/// <summary>The contract over a real broker, each member with a connection of its own; and what only a broker does.</summary>
public sealed class RabbitMqBusTests(BrokerFixture broker) : BusContract, IClassFixture<BrokerFixture>
{
    private const string Commands = "dataset-prep-prepare-dataset";

    [DockerFact]
    public async Task Command_SentBeforeAnyWorkerEverStarted_WaitsForOne()
    {
        await using var sender = await JoinAsync(works: false, hears: true);

        await sender.SendAsync("early");
        await using var worker = await JoinAsync(works: true, hears: false);

        Assert.Equal("early", await Work.NextStartedAsync());
        Work.End("early");
        Assert.Equal("early", await Work.NextResultAsync());
    }

    [DockerFact]
    public async Task Commands_BehindBusyWorkers_StayInTheQueueAndGoToWhoeverIsFreeFirst()
    {
        await using var sender = await JoinAsync(works: false, hears: true);
        await using var first = await JoinAsync(works: true, hears: false);
        await sender.SendAsync("a");
        Assert.Equal("a", await Work.NextStartedAsync());

        // A worker that joins later gets what the busy one must not have fetched.
        await sender.SendAsync("b");
        await using var second = await JoinAsync(works: true, hears: false);
        Assert.Equal("b", await Work.NextStartedAsync());
        await sender.SendAsync("c");
        await sender.SendAsync("d");
        Assert.Equal((2, 0), await broker.DepthAsync(Commands, ready: 2));

        // The first worker stays busy: both go to the second.
        Work.End("b");
        Assert.Equal("c", await Work.NextStartedAsync());
        Work.End("c");
        Assert.Equal("d", await Work.NextStartedAsync());
        Work.End("d");
        Work.End("a");
        var results = new[] { await Work.NextResultAsync(), await Work.NextResultAsync(), await Work.NextResultAsync(), await Work.NextResultAsync() };
        Assert.Equal(["a", "b", "c", "d"], results.Order());
        Assert.Equal((0, 0), await broker.DepthAsync(Commands, ready: 0));
    }

    [DockerFact]
    public async Task Command_WhoseWorkerLosesItsConnection_IsWorkedOnAllTheSame()
    {
        await using var bus = await StartAsync();
        await bus.Sender.SendAsync("cut-1");
        Assert.Equal("cut-1", await Work.NextStartedAsync());

        await broker.Container!.ControlAsync("close_all_connections", "test");
        Work.End("cut-1");
        Assert.Equal("cut-1", await Work.NextResultAsync());
        await bus.Sender.SendAsync("cut-2");

        Assert.Equal("cut-2", await Work.NextStartedAsync());
        Work.End("cut-2");
        Assert.Equal("cut-2", await Work.NextResultAsync());
    }

    [DockerFact]
    public async Task Queues_OutliveTheBrokerAsQuorumQueues_AndThoseOfAProcessGoSoonAfterIt()
    {
        await using var member = await JoinAsync(works: true, hears: true);

        var types = await broker.QueuesAsync("type");
        foreach (var queue in new[] { Commands, "trainer-train-adapter", "evaluator-evaluate-adapter", "test-result-sink" })
        {
            Assert.Equal("quorum", types[queue]);
        }

        var ofProcesses = (await broker.QueuesAsync("arguments")).Where(queue => queue.Key.Contains("-replica-", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(ofProcesses);
        Assert.All(ofProcesses, queue => Assert.Contains("x-expires", queue.Value, StringComparison.Ordinal));
    }

    protected override async Task<IContractBus> StartAsync() =>
        new Brokered(this, await JoinAsync(works: false, hears: true), await JoinAsync(works: true, hears: false));

    private Task<BusContractMember> JoinAsync(bool works, bool hears) => BusContractMember.StartAsync(Folder, broker.Settings, Work, works, hears);

    private sealed class Brokered(RabbitMqBusTests tests, BusContractMember sender, BusContractMember worker) : IContractBus
    {
        public BusContractMember Sender => sender;

        public BusContractMember Worker => worker;

        public async Task WaitsAsync() => Assert.Equal((1, 0), await tests.Broker.DepthAsync(Commands, ready: 1));

        public async Task<BusContractMember?> JoinAsync() => await tests.JoinAsync(works: true, hears: false);

        public async ValueTask DisposeAsync()
        {
            await worker.DisposeAsync();
            await sender.DisposeAsync();
        }
    }

    private BrokerFixture Broker => broker;
}
