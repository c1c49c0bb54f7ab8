using LoraMesh.Contracts;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Hosting.Jobs;

public sealed class JobConsumerTests : IDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Command_IsRunOnce_AnnouncedAndReleased()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);

        await worker.SendAsync("run-1", "run-1-train");

        Assert.Equal("run-1-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        await worker.UntilReleasedAsync("run-1", "run-1-train");
        Assert.Equal([("run-1-train", 1L)], worker.Script.Started);
    }

    [Fact]
    public async Task Command_Running_HoldsALeaseThatTellsWhoAndWhen()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (_, stop) => gate.PassAsync(stop);

        await worker.SendAsync("run-1", "run-1-train", attempt: 3);
        await gate.Reached;

        var lease = await worker.Leases.FindAsync("run-1", "run-1-train");
        Assert.Equal(new JobLease { Owner = worker.Leases.Owner, Fence = 1, ExpiresAt = _clock.GetUtcNow() + LeaseTime, Attempt = 3 }, lease);
        gate.Open();
    }

    [Fact]
    public async Task Command_AgainWhileRunning_IsSkipped_AndTheNextOneWaitsForTheSlot()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (command, stop) => command.JobId == "run-1-train" ? gate.PassAsync(stop) : Task.CompletedTask;
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;

        // The refusal of the third command comes while the first still runs: the message of that one was acknowledged,
        // and the twin before it has been handled.
        await worker.SendAsync("run-1", "run-1-train");
        await worker.SendAsync("run-9", "run-9-train", attempt: 6);
        Assert.Equal("run-9-train", (await worker.NextEventAsync<WorkFailed>()).JobId);
        await worker.SendAsync("run-2", "run-2-train");
        Assert.Single(worker.Script.Started);
        gate.Open();

        Assert.Equal("run-1-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        Assert.Equal("run-2-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        Assert.Equal(2, worker.Script.Started.Count);
    }

    [Fact]
    public async Task Command_HeldByOtherWorker_IsSkippedQuietly()
    {
        await using var first = await Worker.StartAsync(_folder, _clock);
        await using var second = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        first.Script.Act = (_, stop) => gate.PassAsync(stop);
        await first.SendAsync("run-1", "run-1-train");
        await gate.Reached;

        await second.SendAsync("run-1", "run-1-train");
        await second.SendAsync("run-2", "run-2-train");

        Assert.Equal("run-2-train", (await second.NextEventAsync<WorkDone>()).JobId);
        Assert.Equal(["run-2-train"], second.Script.Started.Select(started => started.JobId));
        gate.Open();
        await first.NextEventAsync<WorkDone>();
        second.AssertNoMoreEvents();
    }

    [Fact]
    public async Task Command_AfterTheOwnersLeaseLapsed_IsTakenWithAHigherFence()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var dead = new JobLease { Owner = "gone", Fence = 7, ExpiresAt = _clock.GetUtcNow() - TimeSpan.FromSeconds(1), Attempt = 1 };
        await worker.Store.PutJsonAsync(Buckets.Runs, LeaseKeeper.KeyOf("run-1", "run-1-train"), dead);

        await worker.SendAsync("run-1", "run-1-train", attempt: 2);

        await worker.NextEventAsync<WorkDone>();
        Assert.Equal([("run-1-train", 8L)], worker.Script.Started);
    }

    [Fact]
    public async Task RunCancelled_WhileRunning_StopsTheJob_ReleasesAndAnnouncesNothing()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (command, stop) => command.RunId == "run-1" ? gate.PassAsync(stop) : Task.CompletedTask;
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;

        await worker.CancelAsync("run-1");
        await worker.UntilReleasedAsync("run-1", "run-1-train");

        Assert.Equal(["run-1-train"], worker.Script.Cancelled);
        await worker.SendAsync("run-2", "run-2-train");
        Assert.Equal("run-2-train", (await worker.NextEventAsync<WorkDone>()).JobId);
    }

    [Fact]
    public async Task RunCancelled_WhileQueuedOrNotYetCome_NeverRuns()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (command, stop) => command.RunId == "run-1" ? gate.PassAsync(stop) : Task.CompletedTask;
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;
        await worker.SendAsync("run-2", "run-2-train");

        worker.Cancellation.Cancel("run-2");
        worker.Cancellation.Cancel("run-3");
        gate.Open();
        await worker.SendAsync("run-3", "run-3-train");
        await worker.SendAsync("run-4", "run-4-train");

        Assert.Equal("run-1-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        Assert.Equal("run-4-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        Assert.Equal(["run-1-train", "run-4-train"], worker.Script.Started.Select(started => started.JobId));
    }

    [Fact]
    public async Task Heartbeat_RenewsTheLease()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (_, stop) => gate.PassAsync(stop);
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;

        for (var beat = 1; beat <= 6; beat++)
        {
            _clock.Advance(Heartbeat);
            var expected = _clock.GetUtcNow() + LeaseTime;
            await worker.Store.UntilAsync(async () => (await worker.Leases.FindAsync("run-1", "run-1-train"))!.ExpiresAt == expected);
        }

        gate.Open();
        await worker.NextEventAsync<WorkDone>();
        Assert.Empty(worker.Script.Cancelled);
    }

    [Fact]
    public async Task Heartbeat_FindingAnotherFence_StopsTheJob_AndLeavesTheOthersLease()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (command, stop) => command.RunId == "run-1" ? gate.PassAsync(stop) : Task.CompletedTask;
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;
        var other = new JobLease { Owner = "other", Fence = 2, ExpiresAt = _clock.GetUtcNow() + LeaseTime, Attempt = 2 };
        await worker.Store.PutJsonAsync(Buckets.Runs, LeaseKeeper.KeyOf("run-1", "run-1-train"), other);

        _clock.Advance(Heartbeat);
        await worker.SendAsync("run-2", "run-2-train");

        // The slot is free again only when the first job has been cancelled.
        Assert.Equal("run-2-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        Assert.Equal(["run-1-train"], worker.Script.Cancelled);
        Assert.Equal(other, await worker.Leases.FindAsync("run-1", "run-1-train"));
    }

    [Fact]
    public async Task Heartbeat_WithBrokenStore_GoesOnUntilTheLeaseLapses()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (command, stop) => command.RunId == "run-1" ? gate.PassAsync(stop) : Task.CompletedTask;
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;

        worker.Store.Broken = true;
        for (var beat = 1; beat <= 4; beat++)
        {
            Assert.Empty(worker.Script.Cancelled);
            var tried = false;
            var attempt = worker.Store.UntilAsync(() => Task.FromResult(Interlocked.Exchange(ref tried, true)));
            _clock.Advance(Heartbeat);
            await attempt;
        }

        worker.Store.Broken = false;
        await worker.SendAsync("run-2", "run-2-train");
        Assert.Equal("run-2-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        Assert.Equal(["run-1-train"], worker.Script.Cancelled);
    }

    [Fact]
    public async Task Result_AfterTheLeaseWasLost_IsNotAnnounced()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (command, _) => command.RunId == "run-1" ? gate.PassAsync(CancellationToken.None) : Task.CompletedTask;
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;
        var other = new JobLease { Owner = "other", Fence = 2, ExpiresAt = _clock.GetUtcNow() + LeaseTime, Attempt = 2 };
        await worker.Store.PutJsonAsync(Buckets.Runs, LeaseKeeper.KeyOf("run-1", "run-1-train"), other);

        gate.Open();
        await worker.SendAsync("run-2", "run-2-train");

        Assert.Equal("run-2-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        Assert.Equal(other, await worker.Leases.FindAsync("run-1", "run-1-train"));
    }

    [Fact]
    public async Task HostStop_CancelsTheJob_ReleasesTheLeaseAndAnnouncesNothing()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        worker.Script.Act = (_, stop) => gate.PassAsync(stop);
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;
        await worker.SendAsync("run-2", "run-2-train");

        await worker.StopAsync();

        Assert.Equal(["run-1-train"], worker.Script.Cancelled);
        Assert.Null(await worker.Leases.FindAsync("run-1", "run-1-train"));
        Assert.Single(worker.Script.Started);
        worker.AssertNoMoreEvents();
    }

    [Fact]
    public async Task HostStop_WhileTheLeaseIsTaken_WaitsUntilItIsGivenBack()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock);
        var gate = new Gate();
        var writes = 0;
        worker.Store.Writing = key => key != LeaseKeeper.KeyOf("run-1", "run-1-train") ? Task.CompletedTask
            : ++writes == 1 ? gate.PassAsync(CancellationToken.None)
            : Task.Delay(200); // Long enough for a stop that does not wait to come back first.
        worker.Script.Act = (_, stop) => Task.Delay(Timeout.Infinite, stop);
        await worker.SendAsync("run-1", "run-1-train");
        await gate.Reached;

        var stopped = worker.StopAsync();
        Assert.False(stopped.IsCompleted);
        gate.Open();
        await stopped;

        Assert.Null(await worker.Leases.FindAsync("run-1", "run-1-train"));
        worker.AssertNoMoreEvents();
    }

    [Fact]
    public async Task Commands_AsManyAsThereAreSlots_AreWorkedOnTogether()
    {
        await using var worker = await Worker.StartAsync(_folder, _clock, slots: 2);
        var gates = new Dictionary<string, Gate> { ["run-1"] = new(), ["run-2"] = new(), ["run-3"] = new() };
        worker.Script.Act = (command, stop) => gates[command.RunId].PassAsync(stop);
        await worker.SendAsync("run-1", "run-1-train");
        await worker.SendAsync("run-2", "run-2-train");
        await worker.SendAsync("run-3", "run-3-train");
        await gates["run-1"].Reached;
        await gates["run-2"].Reached;
        Assert.Equal(2, worker.Script.Started.Count);

        gates["run-2"].Open();
        Assert.Equal("run-2-train", (await worker.NextEventAsync<WorkDone>()).JobId);
        await gates["run-3"].Reached;
        await worker.StopAsync();

        Assert.Equal(["run-1-train", "run-3-train"], worker.Script.Cancelled.Order());
        Assert.Null(await worker.Leases.FindAsync("run-1", "run-1-train"));
        Assert.Null(await worker.Leases.FindAsync("run-3", "run-3-train"));
        worker.AssertNoMoreEvents();
    }
}
