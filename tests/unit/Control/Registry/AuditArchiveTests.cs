using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using LoraMesh.UnitTests.Control.Retention;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Control.Registry;

/// <summary>The audit trail comes back from the store, and one can still prove that it is the one that was written.</summary>
public sealed class AuditArchiveTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Sample.Start);
    private readonly MemoryBlobStore _blobs;
    private readonly List<ControlHarness> _controls = [];

    public AuditArchiveTests() => _blobs = new MemoryBlobStore(_time);

    [Fact]
    public async Task Rebuild_AfterTheDatabaseIsLost_HasEveryEntryAgainAndGoesOnWithTheChain()
    {
        var lost = Control();
        await lost.PromoteRunAsync();
        await lost.PromoteRunAsync("faq", "b.jsonl");
        await PutOutboxAsync(lost);
        var before = await lost.AuditAsync();
        var head = (await VerifyAsync(lost)).Head;

        var found = await RebuiltAsync();
        var after = await found.AuditAsync();

        Assert.InRange(before.Count, 5, int.MaxValue);
        Assert.Equal(before.Select(Parts), after.Take(before.Count).Select(Parts));
        Assert.Equal(["registry_rebuilt"], after.Skip(before.Count).Select(row => row.What));
        await found.PromoteRunAsync("faq", "c.jsonl");
        var verdict = await VerifyAsync(found, head);
        Assert.True(verdict.Intact, verdict.Problem);
        Assert.Equal((await found.AuditAsync()).Count, verdict.Entries);

        // And once more, from what both have written.
        await PutOutboxAsync(found);
        var again = await RebuiltAsync();
        Assert.Equal((await found.AuditAsync()).Select(Parts), (await again.AuditAsync()).SkipLast(1).Select(Parts));
        Assert.True((await VerifyAsync(again, head)).Intact);
    }

    [Fact]
    public async Task Rebuild_TwiceTheSameOutbox_ChangesNoBlobOfTheArchive()
    {
        var control = Control();
        await control.PromoteRunAsync();
        await PutOutboxAsync(control);
        var first = await ArchiveAsync();
        await PutOutboxAsync(control);

        Assert.Equal(first, await ArchiveAsync());
    }

    [Theory]
    [InlineData("changed", "is not as it was written")]
    [InlineData("removed", "is missing")]
    [InlineData("damaged", "is missing")]
    public async Task Rebuild_ArchiveThatWasTamperedWith_IsNoticed(string how, string expected)
    {
        var lost = Control();
        await lost.PromoteRunAsync();
        await lost.PromoteRunAsync("faq", "b.jsonl");
        await PutOutboxAsync(lost);
        var (key, text) = (await ArchiveAsync()).ElementAt(2);
        await (how switch
        {
            "removed" => _blobs.DeleteAsync(Buckets.Access, key),
            "damaged" => lost.PutAsync(Buckets.Access, key, text[..^3]),
            _ => lost.PutAsync(Buckets.Access, key, text.Replace("\"who\": \"", "\"who\": \"not ", StringComparison.Ordinal)),
        });

        var verdict = await VerifyAsync(await RebuiltAsync());

        Assert.False(verdict.Intact);
        Assert.Contains(expected, verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rebuild_AfterADatabaseThatWasSetBack_TakesTheTrailThatEndsLast_AndBothStayInTheStore()
    {
        var first = Control();
        await first.PromoteRunAsync();
        await PutOutboxAsync(first);
        var setBack = await RebuiltAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await first.PromoteRunAsync("faq", "b.jsonl");
        await PutOutboxAsync(first);
        var blobs = (await ArchiveAsync()).Count;
        _time.Advance(TimeSpan.FromMinutes(1));
        await setBack.PromoteRunAsync("faq", "c.jsonl");
        await PutOutboxAsync(setBack);

        var found = await RebuiltAsync();

        var trail = await setBack.AuditAsync();
        Assert.Equal(trail.Select(Parts), (await found.AuditAsync()).Take(trail.Count).Select(Parts));
        Assert.True((await VerifyAsync(found, (await VerifyAsync(setBack)).Head)).Intact);
        Assert.InRange((await ArchiveAsync()).Count, blobs + 1, int.MaxValue);
    }

    [Fact]
    public async Task CatchUp_OfARegistryFromBeforeTheArchive_WritesItOnce()
    {
        var old = Control();
        await old.PromoteRunAsync();
        await PutOutboxAsync(old);
        foreach (var key in (await ArchiveAsync()).Keys)
        {
            await _blobs.DeleteAsync(Buckets.Access, key);
        }

        await old.SentAsync();
        var archive = old.Get<AuditArchive>();
        var written = await archive.CatchUpAsync(CancellationToken.None);

        Assert.Equal((await old.AuditAsync()).Count, written);
        Assert.Equal(0, await archive.CatchUpAsync(CancellationToken.None));
        Assert.Equal((await old.AuditAsync()).Select(Parts), (await (await RebuiltAsync()).AuditAsync()).Take(written).Select(Parts));
    }

    public void Dispose() => _controls.ForEach(control => control.Dispose());

    private static (long?, DateTimeOffset, string, string, string, string?, int?, string, string?) Parts(AuditRow row) =>
        (row.Sequence, row.At, row.Who, row.What, row.Project, row.RunId, row.Version, row.Why, row.Hash);

    private static Task<AuditVerdict> VerifyAsync(ControlHarness control, string? head = null) => AuditChain.VerifyAsync(control.Registry, head, CancellationToken.None);

    // What the dispatcher would have written.
    private static async Task PutOutboxAsync(ControlHarness control)
    {
        foreach (var row in (await control.OutboxAsync(archive: true)).Where(row => row.Kind == OutboxRow.Put))
        {
            var slash = row.Target.IndexOf('/', StringComparison.Ordinal);
            await control.PutAsync(row.Target[..slash], row.Target[(slash + 1)..], row.Body);
        }
    }

    private ControlHarness Control()
    {
        var control = new ControlHarness(blobs: _blobs, time: _time);
        _controls.Add(control);
        return control;
    }

    private async Task<ControlHarness> RebuiltAsync()
    {
        var control = Control();
        await control.Get<RegistryRebuild>().StartAsync(CancellationToken.None);
        return control;
    }

    private async Task<SortedDictionary<string, string>> ArchiveAsync()
    {
        var archive = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var blob in _blobs.ListAsync(Buckets.Access, AuditArchive.Folder + "/"))
        {
            using var reader = new StreamReader((await _blobs.OpenReadAsync(Buckets.Access, blob.Key))!);
            archive[blob.Key] = await reader.ReadToEndAsync();
        }

        return archive;
    }
}
