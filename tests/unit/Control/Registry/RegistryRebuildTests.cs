using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;
using LoraMesh.UnitTests.Control.Retention;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Control.Registry;

public sealed class RegistryRebuildTests : IDisposable
{
    private readonly ControlHarness _lost;
    private ControlHarness? _found;

    // Blobs whose times are those of the runs' clock.
    public RegistryRebuildTests()
    {
        var time = new FakeTimeProvider(Sample.Start);
        _lost = new ControlHarness(blobs: new MemoryBlobStore(time), time: time);
    }

    [Fact]
    public async Task Rebuild_FromTheStoreAlone_KnowsRunsVersionsTagsAliasesAndDrops()
    {
        await _lost.PromoteRunAsync();
        await _lost.PromoteRunAsync("faq", "b.jsonl");
        var refused = await _lost.StartRunAsync("faq", "c.jsonl");
        await _lost.JudgeAsync(refused, promote: false);
        await _lost.Get<ManualPromotion>().RollBackAsync("faq", "too chatty", "ada", CancellationToken.None);
        var labels = _lost.Get<VersionLabels>();
        Assert.True(await labels.SetTagAsync("faq", 1, "owner", "ada", "ada", CancellationToken.None));
        Assert.True(await labels.SetTagAsync("faq", 1, "stage", "gold", "ada", CancellationToken.None));
        Assert.True(await labels.RemoveTagAsync("faq", 1, "owner", "ada", CancellationToken.None));
        await PutOutboxAsync();

        _found = new ControlHarness(blobs: _lost.Blobs, time: _lost.Time);
        Assert.Equal(3, await _found.Get<RegistryRebuild>().RebuildAsync(CancellationToken.None));

        Assert.Equivalent(await _lost.RunsAsync("faq"), await _found.RunsAsync("faq"), strict: true);
        Assert.Equivalent(await AdaptersAsync(_lost), await AdaptersAsync(_found), strict: true);
        Assert.Equal("gold", Assert.Single((await AdaptersAsync(_found)).Single(adapter => adapter.Version == 1).Tags!).Value);
        Assert.Equal(["champion"], (await AdaptersAsync(_found)).Single(adapter => adapter.Version == 1).Aliases);
        Assert.True((await AuditChain.VerifyAsync(_found.Registry, null, CancellationToken.None)).Intact);

        // The same bytes start nothing new, and the next version follows the last one.
        await _found.SettleAsync();
        Assert.Equal(3, (await _found.RunsAsync("faq")).Count);
        Assert.Equal(4, (await _found.PromoteRunAsync("faq", "d.jsonl")).Version);
    }

    [Fact]
    public async Task Rebuild_OfARegistryThatHoldsSomething_ChangesNothing()
    {
        await _lost.PromoteRunAsync();
        await PutOutboxAsync();

        Assert.Equal(0, await _lost.Get<RegistryRebuild>().RebuildAsync(CancellationToken.None));
        Assert.Single(await _lost.RunsAsync());
    }

    [Fact]
    public async Task Rebuild_RecordThatIsDamagedOrOfAnotherRun_IsLeftOut()
    {
        var run = await _lost.PromoteRunAsync();
        await PutOutboxAsync();
        await _lost.PutAsync(Buckets.Runs, "run-000000000000/run.json", "{");
        using (var content = (await _lost.Blobs.OpenReadAsync(Buckets.Runs, $"{run.Run}/run.json"))!)
        using (var reader = new StreamReader(content))
        {
            await _lost.PutAsync(Buckets.Runs, "run-111111111111/run.json", await reader.ReadToEndAsync());
        }

        _found = new ControlHarness(blobs: _lost.Blobs, time: _lost.Time);
        await _found.Get<RegistryRebuild>().RebuildAsync(CancellationToken.None);

        Assert.Equal([run.Run], (await _found.RunsAsync()).Select(found => found.Run));
    }

    [Fact]
    public async Task Rebuild_TwoRunsOfOneVersionNumber_GivesItToTheLaterOneAndKeepsBoth()
    {
        await _lost.PromoteRunAsync();
        await PutOutboxAsync();
        _found = new ControlHarness(blobs: _lost.Blobs, time: _lost.Time);
        await _found.Get<RegistryRebuild>().RebuildAsync(CancellationToken.None);
        var earlier = await _lost.PromoteRunAsync("faq", "b.jsonl");
        await PutOutboxAsync();
        _lost.Time.Advance(TimeSpan.FromMinutes(1));
        var later = await _found.PromoteRunAsync("faq", "c.jsonl");
        await PutOutboxAsync(_found);

        using var again = new ControlHarness(blobs: _lost.Blobs, time: _lost.Time);
        Assert.Equal(3, await again.Get<RegistryRebuild>().RebuildAsync(CancellationToken.None));

        Assert.Equal((2, 2), (earlier.Version, later.Version));
        Assert.Equal([later.Run], (await AdaptersAsync(again)).Where(adapter => adapter.Version == 2).Select(adapter => adapter.Run));
        Assert.Equal(["champion"], (await AdaptersAsync(again)).Single(adapter => adapter.Version == 2).Aliases);
        Assert.Equal((RunStates.Promoted, null), ((await again.RunAsync(earlier.Run)).State, (await again.RunAsync(earlier.Run)).Version));
    }

    public void Dispose()
    {
        _found?.Dispose();
        _lost.Dispose();
    }

    // What the dispatcher would have written; messages go nowhere here.
    private async Task PutOutboxAsync(ControlHarness? control = null)
    {
        foreach (var row in (await (control ?? _lost).OutboxAsync(archive: true)).Where(row => row.Kind == LoraMesh.Control.Registry.Rows.OutboxRow.Put))
        {
            var slash = row.Target.IndexOf('/', StringComparison.Ordinal);
            await _lost.PutAsync(row.Target[..slash], row.Target[(slash + 1)..], row.Body);
        }
    }

    private static async Task<IReadOnlyList<AdapterView>> AdaptersAsync(ControlHarness control) =>
        (await control.Get<RunViews>().AdaptersAsync("faq", CancellationToken.None)).Data;
}
