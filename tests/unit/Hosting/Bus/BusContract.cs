using LoraMesh.Contracts;
using LoraMesh.Hosting.Bus;
using LoraMesh.UnitTests.Storage;
using MassTransit;

namespace LoraMesh.UnitTests.Hosting.Bus;

/// <summary>What every transport does for jobs and results.</summary>
public abstract class BusContract : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected BusContractWork Work { get; } = new();

    protected string Folder => _folder.Path;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [BusFact]
    public async Task Command_IsWorkedOnAndItsResultHeard()
    {
        await using var bus = await StartAsync();

        await bus.Sender.SendAsync("contract-one");

        Assert.Equal("contract-one", await Work.NextStartedAsync());
        Work.End("contract-one");
        Assert.Equal("contract-one", await Work.NextResultAsync());
    }

    [BusFact]
    public async Task Command_BehindABusyWorker_StartsWhenThatIsFreeAgain()
    {
        await using var bus = await StartAsync();
        await bus.Sender.SendAsync("contract-first");
        Assert.Equal("contract-first", await Work.NextStartedAsync());

        await bus.Sender.SendAsync("contract-second");
        await bus.WaitsAsync();
        Assert.False(Work.HasStartedMore);
        Work.End("contract-first");

        Assert.Equal("contract-second", await Work.NextStartedAsync());
        Work.End("contract-second");
        Assert.Equal(["contract-first", "contract-second"], new[] { await Work.NextResultAsync(), await Work.NextResultAsync() }.Order());
    }

    [BusFact]
    public async Task Worker_ThatIsBusy_IsNotUnhealthy()
    {
        await using var bus = await StartAsync();
        await bus.Sender.SendAsync("contract-healthy");
        Assert.Equal("contract-healthy", await Work.NextStartedAsync());
        await bus.Sender.SendAsync("contract-healthy-2");
        await bus.WaitsAsync();

        var health = bus.Worker.Health;

        Work.End("contract-healthy");
        Work.End("contract-healthy-2");
        Assert.Equal("contract-healthy-2", await Work.NextStartedAsync());
        Assert.NotEqual(BusHealthStatus.Unhealthy, health);
    }

    [BusFact]
    public async Task Command_OfAJobThatRuns_IsLetGo()
    {
        await using var bus = await StartAsync();
        await bus.Sender.SendAsync("contract-twin");
        Assert.Equal("contract-twin", await Work.NextStartedAsync());

        // A further worker, or the same one where it still listens, meets the twin and leaves it to the lease's holder.
        // The refusal of the command behind it tells that the twin was handled.
        await using var idle = await bus.JoinAsync();
        await bus.Sender.SendAsync("contract-twin");
        await bus.Sender.SendAsync("contract-refused", attempt: 6);
        Assert.Equal("contract-refused", await Work.NextResultAsync());

        Assert.False(Work.HasStartedMore);
        Work.End("contract-twin");
        Assert.Equal("contract-twin", await Work.NextResultAsync());
    }

    [BusFact]
    public async Task Result_WhoseHandlerMeetsBadWeather_ComesAgain()
    {
        await using var bus = await StartAsync();
        Work.Fault = (_, before) => before < 2 ? new IOException("the store is away") : null;

        await bus.Sender.AnnounceAsync("contract-weather");

        Assert.Equal("contract-weather", await Work.NextResultAsync());
    }

    [BusFact]
    public async Task Result_ThatNoHandlerBears_LiesInQuarantineAndHoldsNothingUp()
    {
        await using var bus = await StartAsync();
        Work.Fault = (job, _) => job == "contract-poison" ? new InvalidOperationException("cannot be handled") : null;

        await bus.Sender.AnnounceAsync("contract-poison");
        await bus.Sender.AnnounceAsync("contract-sound");

        Assert.Equal("contract-poison", await Work.NextFaultAsync());
        Assert.Equal("contract-sound", await Work.NextResultAsync());
        var entry = await SingleAsideAsync(bus, count: 1);
        Assert.Equal(("test-result-sink", "urn:message:LoraMesh.Contracts:DatasetPrepared", "InvalidOperationException: cannot be handled"), (entry.Queue, entry.Type, entry.Error));
    }

    [BusFact]
    public async Task Result_InQuarantine_SentAgain_IsTheSameEntryOrIsHandled()
    {
        await using var bus = await StartAsync();
        Work.Fault = (_, before) => before < 2 ? new InvalidOperationException("cannot be handled yet") : null;
        await bus.Sender.AnnounceAsync("contract-again");
        var first = await SingleAsideAsync(bus, count: 1);

        await bus.Sender.PublishAsync(MessageEnvelope.Open(first.Body!)!);
        Assert.Equal(first.Id, (await SingleAsideAsync(bus, count: 2)).Id);
        await bus.Sender.PublishAsync(MessageEnvelope.Open(first.Body!)!);

        Assert.Equal("contract-again", await Work.NextResultAsync());
    }

    // The fault is told before the message lies aside.
    private static async Task<QuarantinedMessage> SingleAsideAsync(IContractBus bus, int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        IReadOnlyList<QuarantinedMessage> found = [];
        for (var looks = 0; looks < 1000 && !(found.Count == 1 && found[0].Count == count); looks++)
        {
            await timer.WaitForNextTickAsync();
            found = await bus.Sender.QuarantineAsync();
        }

        var entry = Assert.Single(found);
        Assert.Equal(count, entry.Count);
        return entry;
    }

    /// <summary>Starts a bus with one worker and one who sends and hears.</summary>
    protected abstract Task<IContractBus> StartAsync();

    /// <summary>A bus under test.</summary>
    protected interface IContractBus : IAsyncDisposable
    {
        BusContractMember Sender { get; }

        BusContractMember Worker { get; }

        /// <summary>Comes back when a command waits that no worker has begun.</summary>
        Task WaitsAsync();

        /// <summary>Adds a worker where the transport reaches more than one process; else gives null.</summary>
        Task<BusContractMember?> JoinAsync();
    }
}
