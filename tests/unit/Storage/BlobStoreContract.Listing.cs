using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Storage;

public abstract partial class BlobStoreContract
{
    [StoreFact]
    public async Task List_IsOrderedByKey_Ordinal()
    {
        foreach (var key in new[] { "b", "a/2", "a-1", "a/10", "a.txt", "B", "a/1", "ä" })
        {
            await PutAsync(key, "x");
        }

        Assert.Equal(["B", "a-1", "a.txt", "a/1", "a/10", "a/2", "b", "ä"], await KeysAsync(""));
    }

    [StoreTheory]
    [InlineData("a", "a/1", "a/2", "ab/1")]
    [InlineData("a/", "a/1", "a/2")]
    [InlineData("a/2", "a/2")]
    [InlineData("a/1/", new string[0])]
    [InlineData("c", new string[0])]
    public async Task List_WithPrefix_GivesKeysThatStartWithIt(string prefix, params string[] expected)
    {
        foreach (var key in new[] { "a/1", "a/2", "ab/1", "b" })
        {
            await PutAsync(key, "x");
        }

        Assert.Equal(expected, await KeysAsync(prefix));
    }

    [StoreTheory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("a/../b")]
    [InlineData("a//")]
    public async Task List_WithBadPrefix_IsRefused(string prefix) =>
        await Assert.ThrowsAsync<ArgumentException>(() => KeysAsync(prefix));

    [StoreFact]
    public async Task List_OfEmptyBucket_IsEmpty() => Assert.Empty(await KeysAsync(""));

    [StoreFact]
    public async Task List_TellsTheSameAsStat()
    {
        await PutAsync("a/b", "hello");

        await foreach (var listed in Store.ListAsync(Bucket, "a"))
        {
            Assert.Equal(await Store.StatAsync(Bucket, "a/b"), listed);
            Assert.Equal(5, listed.Bytes);
            Assert.Equal(TimeSpan.Zero, listed.LastModified.Offset);
            return;
        }

        Assert.Fail("nothing was listed");
    }

    [StoreFact]
    public async Task List_WhileOthersWriteAndDelete_NeverFails()
    {
        using var ended = new CancellationTokenSource();
        var churn = Task.Run(async () =>
        {
            for (var i = 0; !ended.IsCancellationRequested; i++)
            {
                await PutAsync($"churn/{i % 5}/x", $"{i}");
                await Store.DeleteAsync(Bucket, $"churn/{(i + 2) % 5}/x");
            }
        });
        await PutAsync("stays", "x");

        for (var i = 0; i < 50; i++)
        {
            Assert.Contains("stays", await KeysAsync(""));
        }

        await ended.CancelAsync();
        await churn;
    }

    [StoreFact]
    public async Task ETag_ChangesWithContent_AndComesBackWithIt()
    {
        var first = await TagAsync("a", "one");
        var second = await TagAsync("a", "two");
        var third = await TagAsync("a", "one");

        Assert.NotEqual(first, second);
        Assert.Equal(first, third);
    }

    [StoreFact]
    public async Task ETag_OfUnchangedBlob_StaysTheSame()
    {
        var first = await TagAsync("a", "one");

        Assert.Equal(first, (await Store.StatAsync(Bucket, "a"))!.ETag);
    }

    private async Task<string> TagAsync(string key, string content)
    {
        await PutAsync(key, content);
        return (await Store.StatAsync(Bucket, key))!.ETag;
    }
}
