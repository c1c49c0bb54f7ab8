using LoraMesh.Contracts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.UnitTests.Control.Pipeline;

public sealed class ManualPromotionTests : IDisposable
{
    private readonly ControlHarness _control = new();

    public void Dispose() => _control.Dispose();

    [Fact]
    public async Task Promote_OlderVersion_MovesAliasesAndTellsInference()
    {
        await ThreeVersionsAsync();

        var problem = await Promotion.PromoteAsync("faq", 1, "customers liked it", "anna", CancellationToken.None);

        Assert.Null(problem);
        Assert.Equal((1, 3), await AliasesAsync());
        Assert.Equal(["lm-adapters/faq/aliases/previous.json", "lm-adapters/faq/aliases/champion.json", "AdapterPromoted"], (await _control.OutboxAsync()).Select(row => row.Target));
        var entry = (await _control.AuditAsync())[^1];
        Assert.Equal(("anna", "promoted_by_hand"), (entry.Who, entry.What));
        Assert.Contains("customers liked it", entry.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RollBack_Twice_ReturnsToWhereItBegan()
    {
        await ThreeVersionsAsync();

        await Promotion.RollBackAsync("faq", "bad answers", "anna", CancellationToken.None);
        Assert.Equal((2, 3), await AliasesAsync());
        await Promotion.RollBackAsync("faq", "no, the others", "anna", CancellationToken.None);

        Assert.Equal((3, 2), await AliasesAsync());
    }

    [Fact]
    public async Task Promote_WhatCannotBe_SaysWhyAndChangesNothing()
    {
        await ThreeVersionsAsync();

        Assert.Equal(PromotionProblem.NoSuchVersion, await Promotion.PromoteAsync("faq", 9, "", "anna", CancellationToken.None));
        Assert.Equal(PromotionProblem.NoSuchVersion, await Promotion.PromoteAsync("nobody", 1, "", "anna", CancellationToken.None));
        Assert.Equal(PromotionProblem.IsChampion, await Promotion.PromoteAsync("faq", 3, "", "anna", CancellationToken.None));
        Assert.Equal(PromotionProblem.NothingBefore, await Promotion.RollBackAsync("nobody", "", "anna", CancellationToken.None));
        Assert.Empty(await _control.OutboxAsync());
    }

    private ManualPromotion Promotion => _control.Get<ManualPromotion>();

    private async Task ThreeVersionsAsync()
    {
        foreach (var file in new[] { "a", "b", "c" })
        {
            await _control.PromoteRunAsync(file: file);
        }

        await _control.SentAsync();
    }

    private async Task<(int Champion, int Previous)> AliasesAsync()
    {
        var adapters = (await _control.Get<RunViews>().AdaptersAsync("faq", CancellationToken.None)).Data;
        return (Of(AliasRow.Champion), Of(AliasRow.Previous));

        int Of(string alias) => adapters.Single(adapter => adapter.Aliases.Contains(alias)).Version;
    }
}
