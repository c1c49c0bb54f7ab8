using System.Globalization;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Storage;

public abstract partial class BlobStoreContract
{
    [StoreFact]
    public async Task PutIfAbsent_WhereNoneIs_Writes()
    {
        await PutAsync("a", "x", PutCondition.IfAbsent);

        Assert.Equal("x", await GetAsync("a"));
    }

    [StoreFact]
    public async Task PutIfAbsent_WhereOneIs_IsRefusedAndChangesNothing()
    {
        await PutAsync("a", "first");

        var refused = await Assert.ThrowsAsync<BlobConditionException>(() => PutAsync("a", "second", PutCondition.IfAbsent));

        Assert.Contains($"{Bucket}/a", refused.Message, StringComparison.Ordinal);
        Assert.Equal("first", await GetAsync("a"));
    }

    [StoreFact]
    public async Task PutIfAbsent_AfterDelete_Writes()
    {
        await PutAsync("a", "first");
        await Store.DeleteAsync(Bucket, "a");

        await PutAsync("a", "second", PutCondition.IfAbsent);

        Assert.Equal("second", await GetAsync("a"));
    }

    [StoreFact]
    public async Task PutIfAbsent_ByEightWriters_OneWins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() => TryPutAsync("contested", $"writer {writer}", PutCondition.IfAbsent))));

        var winner = Assert.Single(results, result => result is not null);
        Assert.Equal(winner, await GetAsync("contested"));
    }

    [StoreFact]
    public async Task PutIfMatch_WithCurrentTag_Writes()
    {
        var tag = await TagAsync("a", "first");

        await PutAsync("a", "second", PutCondition.IfMatch(tag));

        Assert.Equal("second", await GetAsync("a"));
    }

    [StoreFact]
    public async Task PutIfMatch_WithOldTag_IsRefusedAndChangesNothing()
    {
        var old = await TagAsync("a", "first");
        await PutAsync("a", "second");

        await Assert.ThrowsAsync<BlobConditionException>(() => PutAsync("a", "third", PutCondition.IfMatch(old)));

        Assert.Equal("second", await GetAsync("a"));
    }

    [StoreFact]
    public async Task PutIfMatch_WhereNoneIs_IsRefused()
    {
        var tag = await TagAsync("a", "first");
        await Store.DeleteAsync(Bucket, "a");

        await Assert.ThrowsAsync<BlobConditionException>(() => PutAsync("a", "second", PutCondition.IfMatch(tag)));

        Assert.Null(await GetAsync("a"));
    }

    [StoreFact]
    public async Task PutIfMatch_ByEightWriters_OneWins()
    {
        var tag = await TagAsync("contested", "start");

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() => TryPutAsync("contested", $"writer {writer}", PutCondition.IfMatch(tag)))));

        var winner = Assert.Single(results, result => result is not null);
        Assert.Equal(winner, await GetAsync("contested"));
    }

    // Lost updates show as a number below 80. All values have two digits, so that neither length nor, often, time tells
    // two states apart.
    [StoreFact]
    public async Task PutIfMatch_AsCounterOfFourWriters_LosesNoIncrement()
    {
        await PutAsync("counter", "10");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 20;)
            {
                var tag = (await Store.StatAsync(Bucket, "counter"))!.ETag;
                var next = int.Parse((await GetAsync("counter"))!, CultureInfo.InvariantCulture) + 1;
                done += await TryPutAsync("counter", $"{next}", PutCondition.IfMatch(tag)) is null ? 0 : 1;
            }
        })));

        Assert.Equal("90", await GetAsync("counter"));
    }

    [StoreFact]
    public async Task Get_WhileOthersReplace_NeverSeesHalfABlob()
    {
        using var ended = new CancellationTokenSource();
        await PutAsync("a", new string('0', 300_000));
        var writers = Enumerable.Range(1, 2).Select(writer => Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                await PutAsync("a", new string((char)('0' + writer), 300_000 + writer));
            }
        })).ToList();

        for (var i = 0; i < 60; i++)
        {
            var seen = (await GetAsync("a"))!;
            Assert.Equal(300_000 + (seen[0] - '0'), seen.Length);
            Assert.Equal(-1, seen.AsSpan().IndexOfAnyExcept(seen[0]));
        }

        await ended.CancelAsync();
        await Task.WhenAll(writers);
    }

    private async Task<string?> TryPutAsync(string key, string content, PutCondition condition)
    {
        try
        {
            await PutAsync(key, content, condition);
            return content;
        }
        catch (BlobConditionException)
        {
            return null;
        }
    }
}
