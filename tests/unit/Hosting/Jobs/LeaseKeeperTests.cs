using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using LoraMesh.UnitTests.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Hosting.Jobs;

public sealed class LeaseKeeperTests : IDisposable
{
    private static readonly JobIdentity Job = new("run-1", "run-1-train", 1);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FolderBlobStore _store;

    public LeaseKeeperTests() => _store = new FolderBlobStore(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Acquire_WhereNoOneHolds_GivesFenceOne()
    {
        var held = await Keeper().TryAcquireAsync(Job);

        Assert.Equal(new HeldLease(Job, 1, _clock.GetUtcNow() + TimeSpan.FromSeconds(20)), held);
    }

    [Fact]
    public async Task Acquire_WhileLive_GivesNull()
    {
        await Keeper().TryAcquireAsync(Job);
        _clock.Advance(TimeSpan.FromSeconds(19.9));

        Assert.Null(await Keeper().TryAcquireAsync(Job));
    }

    [Fact]
    public async Task Acquire_AfterLapse_GivesNextFence()
    {
        await Keeper().TryAcquireAsync(Job);
        _clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(2, (await Keeper().TryAcquireAsync(Job))!.Fence);
    }

    [Fact]
    public async Task Acquire_AfterRelease_GivesNextFence_Always()
    {
        for (var expected = 1; expected <= 5; expected++)
        {
            var keeper = Keeper();
            var held = (await keeper.TryAcquireAsync(Job))!;
            await keeper.ReleaseAsync(held);

            Assert.Equal(expected, held.Fence);
            Assert.Null(await keeper.FindAsync(Job.RunId, Job.JobId));
        }
    }

    [Fact]
    public async Task Acquire_ByEightAtOnce_OneWins()
    {
        var keepers = Enumerable.Range(0, 8).Select(_ => Keeper()).ToList();

        var held = await Task.WhenAll(keepers.Select(keeper => Task.Run(() => keeper.TryAcquireAsync(Job))));

        var winner = Assert.Single(held, lease => lease is not null);
        var lease = (await Keeper().FindAsync(Job.RunId, Job.JobId))!;
        Assert.Equal(winner!.Fence, lease.Fence);
        Assert.Equal(keepers[Array.IndexOf(held, winner)].Owner, lease.Owner);
    }

    [Fact]
    public async Task Renew_ByHolder_ExtendsFromNow()
    {
        var keeper = Keeper();
        var held = (await keeper.TryAcquireAsync(Job))!;
        _clock.Advance(TimeSpan.FromSeconds(5));

        var renewed = await keeper.RenewAsync(held);

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(20), renewed!.ExpiresAt);
        Assert.Equal(renewed.ExpiresAt, (await keeper.FindAsync(Job.RunId, Job.JobId))!.ExpiresAt);
    }

    [Fact]
    public async Task Renew_AfterLapseThatNoOneUsed_Succeeds()
    {
        var keeper = Keeper();
        var held = (await keeper.TryAcquireAsync(Job))!;
        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.NotNull(await keeper.RenewAsync(held));
    }

    [Fact]
    public async Task Renew_AfterSomeoneElseTookIt_GivesNull()
    {
        var keeper = Keeper();
        var held = (await keeper.TryAcquireAsync(Job))!;
        _clock.Advance(TimeSpan.FromSeconds(20));
        await Keeper().TryAcquireAsync(Job);

        Assert.Null(await keeper.RenewAsync(held));
    }

    [Fact]
    public async Task Renew_ByOwnOlderTaking_GivesNull()
    {
        var keeper = Keeper();
        var old = (await keeper.TryAcquireAsync(Job))!;
        _clock.Advance(TimeSpan.FromSeconds(20));
        await keeper.TryAcquireAsync(Job);

        Assert.Null(await keeper.RenewAsync(old));
    }

    [Fact]
    public async Task Release_AfterSomeoneElseTookIt_LeavesTheirs()
    {
        var keeper = Keeper();
        var held = (await keeper.TryAcquireAsync(Job))!;
        _clock.Advance(TimeSpan.FromSeconds(20));
        var other = Keeper();
        await other.TryAcquireAsync(Job);

        await keeper.ReleaseAsync(held);

        Assert.Equal(other.Owner, (await keeper.FindAsync(Job.RunId, Job.JobId))!.Owner);
    }

    [Fact]
    public async Task Acquire_OverAnObjectThatIsNoLease_Succeeds()
    {
        _folder.Write("lm-runs/run-1/jobs/run-1-train.lease.json", "{\"owner\": ");

        Assert.Equal(1, (await Keeper().TryAcquireAsync(Job))!.Fence);
    }

    [Fact]
    public async Task Lease_LiesWhereControlLooks_InSnakeCase()
    {
        await Keeper().TryAcquireAsync(Job with { Attempt = 4 });

        await using var content = (await _store.OpenReadAsync(Buckets.Runs, "run-1/jobs/run-1-train.lease.json"))!;
        using var json = await System.Text.Json.JsonDocument.ParseAsync(content);
        Assert.Equal(["owner", "fence", "expires_at", "attempt"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(4, json.RootElement.GetProperty("attempt").GetInt32());
    }

    private LeaseKeeper Keeper() => new(_store, Options.Create(new JobOptions()), _clock);
}
