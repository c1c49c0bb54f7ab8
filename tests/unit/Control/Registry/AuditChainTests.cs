using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.UnitTests.Control.Registry;

public sealed class AuditChainTests : IDisposable
{
    private readonly ControlHarness _control = new();

    [Fact]
    public async Task Verify_AfterRuns_IsIntactAndNumbersEveryEntry()
    {
        await _control.PromoteRunAsync();
        await _control.PromoteRunAsync("faq", "b.jsonl");

        var verdict = await VerifyAsync();

        var rows = await _control.AuditAsync();
        Assert.Equal((true, rows.Count, 0L), (verdict.Intact, verdict.Entries, verdict.Unchained));
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => (long?)number), rows.Select(row => row.Sequence).Order());
        Assert.Contains(rows, row => row is { What: "adapter_promoted", Version: 2 });
    }

    [Theory]
    [InlineData("UPDATE Audit SET Why = 'nothing' WHERE Sequence = 2", "entry 2 ")]
    [InlineData("UPDATE Audit SET Who = 'somebody' WHERE Sequence = 2", "entry 2 ")]
    [InlineData("UPDATE Audit SET At = At + 1 WHERE Sequence = 3", "entry 3 ")]
    [InlineData("UPDATE Audit SET Project = 'p' WHERE Sequence = 1", "entry 1 ")]
    [InlineData("UPDATE Audit SET RunId = NULL WHERE Sequence = 1", "entry 1 ")]
    [InlineData("UPDATE Audit SET Version = 7 WHERE Sequence = 2", "entry 2 ")]
    [InlineData("UPDATE Audit SET Hash = lower(hex(zeroblob(32))) WHERE Sequence = 2", "entry 2 ")]
    [InlineData("DELETE FROM Audit WHERE Sequence = 2", "entry 2 is missing: 3 follows 1")]
    [InlineData("DELETE FROM Audit WHERE Sequence = 1", "entry 1 is missing")]
    [InlineData("UPDATE Audit SET Sequence = NULL WHERE Sequence = 2", "entry 2 is missing")]
    [InlineData("UPDATE Audit SET Sequence = 100 WHERE Sequence = 2", "entry 2 is missing")]
    public async Task Verify_AfterAChange_SaysWhere(string change, string expected)
    {
        await _control.PromoteRunAsync();
        await _control.Registry.WriteAsync(context => context.Database.ExecuteSqlRawAsync(change));

        var verdict = await VerifyAsync();

        Assert.False(verdict.Intact);
        Assert.Contains(expected, verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WithAnEarlierHead_NoticesThatTheEndWasCutOff()
    {
        await _control.PromoteRunAsync();
        var head = (await VerifyAsync()).Head;
        await _control.Registry.WriteAsync(context => context.Database.ExecuteSqlRawAsync("DELETE FROM Audit WHERE Sequence = (SELECT max(Sequence) FROM Audit)"));

        Assert.True((await VerifyAsync()).Intact);
        Assert.Contains("no entry has the hash", (await VerifyAsync(head)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_WithAnEarlierHead_StaysIntactAsTheTrailGrows()
    {
        await _control.PromoteRunAsync();
        var head = (await VerifyAsync()).Head;
        await _control.PromoteRunAsync("faq", "b.jsonl");

        Assert.True((await VerifyAsync(head)).Intact);
        Assert.NotEqual(head, (await VerifyAsync(head)).Head);
    }

    [Fact]
    public async Task Labels_AreShownAuditedAndGone()
    {
        await _control.PromoteRunAsync();
        var labels = _control.Get<VersionLabels>();

        Assert.True(await labels.SetTagAsync("faq", 1, "reviewed", "ada", "api", CancellationToken.None));
        Assert.True(await labels.SetTagAsync("faq", 1, "reviewed", "bob", "api", CancellationToken.None));
        Assert.True(await labels.SetAliasAsync("faq", "canary", 1, "api", CancellationToken.None));
        Assert.False(await labels.SetTagAsync("faq", 2, "reviewed", "ada", "api", CancellationToken.None));

        var adapter = (await _control.Get<LoraMesh.Control.Queries.RunViews>().AdaptersAsync("faq", CancellationToken.None)).Data[0];
        Assert.Equal("bob", Assert.Single(adapter.Tags).Value);
        Assert.Equal(["canary", "champion"], adapter.Aliases);
        Assert.Contains(await _control.OutboxAsync(), row => row is { Kind: OutboxRow.Put, Target: "lm-adapters/faq/aliases/canary.json" });

        Assert.True(await labels.RemoveAliasAsync("faq", "canary", "api", CancellationToken.None));
        Assert.True(await labels.RemoveTagAsync("faq", 1, "reviewed", "api", CancellationToken.None));
        Assert.False(await labels.RemoveTagAsync("faq", 1, "reviewed", "api", CancellationToken.None));
        Assert.Contains(await _control.OutboxAsync(), row => row is { Kind: OutboxRow.Delete, Target: "lm-adapters/faq/aliases/canary.json" });
        Assert.Equal(["tag_set", "tag_set", "alias_set", "alias_removed", "tag_removed"], (await _control.AuditAsync()).TakeLast(5).Select(row => row.What));
    }

    [Fact]
    public async Task Lineage_LeadsFromDropToDeployment()
    {
        var run = await _control.PromoteRunAsync();
        await _control.PromoteRunAsync("faq", "b.jsonl");
        await _control.Get<ManualPromotion>().RollBackAsync("faq", "too chatty", "ada", CancellationToken.None);

        var lineage = (await _control.Get<LoraMesh.Control.Queries.LineageViews>().FindAsync("faq", 1, CancellationToken.None))!;

        Assert.Equal(("faq/a.jsonl", "d" + run.Run, run.Run, "a" + run.Run, "m1"), (lineage.Drops[0].Key, lineage.Dataset.DatasetId, lineage.Run.Run, lineage.Adapter.AdapterId, lineage.ModelDigest));
        Assert.Equal(GateDecision.Promote, lineage.Run.Decision);
        Assert.Equal(["champion"], lineage.Registered.Aliases);
        Assert.Equal(["run_started", "adapter_promoted", "run_promoted", "rolled_back"], lineage.History.Select(entry => entry.What));
        Assert.Null(await _control.Get<LoraMesh.Control.Queries.LineageViews>().FindAsync("faq", 9, CancellationToken.None));
    }

    public void Dispose() => _control.Dispose();

    private Task<AuditVerdict> VerifyAsync(string? head = null) => AuditChain.VerifyAsync(_control.Registry, head, CancellationToken.None);
}
