using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Storage;

public sealed class FolderBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly TemporaryFolder _root = new();

    public FolderBlobStoreTests() => Store = new FolderBlobStore(_root.Path);

    protected override IBlobStore Store { get; }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Put_LiesAsPlainFile_AtBucketAndKey()
    {
        await PutAsync("a/b.txt", "hello");

        Assert.Equal("hello", await File.ReadAllTextAsync(_root.Of(Bucket, "a", "b.txt")));
    }

    [Fact]
    public async Task List_FindsFilesThatPeopleCopiedIn()
    {
        _root.Write("lm-runs/drop/data.jsonl", "{}");

        Assert.Equal(["drop/data.jsonl"], await KeysAsync(""));
        Assert.Equal("{}", await GetAsync("drop/data.jsonl"));
    }

    [Fact]
    public async Task ETag_IsSha256OfContent()
    {
        var written = await PutAsync("a", "hello");

        var seen = (await Store.StatAsync(Bucket, "a"))!;
        Assert.Equal(written.Sha256, seen.ETag);
        Assert.Equal(written.Sha256, seen.Sha256);
    }

    [Fact]
    public async Task ETag_OfFileChangedInPlaceWithSameLength_Changes()
    {
        _root.Write("lm-runs/a", "one");
        var before = (await Store.StatAsync(Bucket, "a"))!.ETag;

        _root.Write("lm-runs/a", "two");

        Assert.NotEqual(before, (await Store.StatAsync(Bucket, "a"))!.ETag);
    }

    [Fact]
    public async Task ETag_OfFreshFileChangedWithinOneTickOfTheClock_Changes()
    {
        _root.Write("lm-runs/a", "one");
        var time = File.GetLastWriteTimeUtc(_root.Of(Bucket, "a"));
        var before = (await Store.StatAsync(Bucket, "a"))!.ETag;

        _root.Write("lm-runs/a", "two");
        File.SetLastWriteTimeUtc(_root.Of(Bucket, "a"), time);

        Assert.NotEqual(before, (await Store.StatAsync(Bucket, "a"))!.ETag);
    }

    [Fact]
    public async Task ETag_OfLargeBlobThatWasPut_IsKnownWithoutReading()
    {
        var written = await Store.PutAsync(Bucket, "large", new MemoryStream(new byte[5 << 20]));
        var time = File.GetLastWriteTimeUtc(_root.Of(Bucket, "large"));

        // Other content of the same length and time: whoever reads it would find another tag.
        await File.WriteAllTextAsync(_root.Of(Bucket, "large"), new string('x', 5 << 20));
        File.SetLastWriteTimeUtc(_root.Of(Bucket, "large"), time);

        Assert.Equal(written.Sha256, (await Store.StatAsync(Bucket, "large"))!.ETag);
    }

    [Fact]
    public async Task ETag_OfOldFile_IsNotReadAgain()
    {
        _root.Write("lm-runs/a", "one");
        File.SetLastWriteTimeUtc(_root.Of(Bucket, "a"), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = (await Store.StatAsync(Bucket, "a"))!.ETag;

        // Same length, same time: only a reading of the content could tell.
        _root.Write("lm-runs/a", "two");
        File.SetLastWriteTimeUtc(_root.Of(Bucket, "a"), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(before, (await Store.StatAsync(Bucket, "a"))!.ETag);
    }

    [Fact]
    public async Task List_OfInbox_LeavesOutHiddenFiles()
    {
        foreach (var name in new[] { "p/data.jsonl", "p/.data.jsonl.swp", "p/.git/config", ".DS_Store" })
        {
            _root.Write("lm-inbox/" + name, "x");
        }

        var keys = new List<string>();
        await foreach (var blob in Store.ListAsync(Buckets.Inbox, ""))
        {
            keys.Add(blob.Key);
        }

        Assert.Equal(["p/data.jsonl"], keys);
    }

    [Fact]
    public async Task List_WithFileOfImpossibleName_LeavesItOutAndTellsOnce()
    {
        var told = new List<string>();
        var store = new FolderBlobStore(_root.Path, (path, reason) => told.Add($"{Path.GetFileName(path)}: {reason}"));
        _root.Write("lm-runs/two\nlines", "x");
        _root.Write("lm-runs/good", "x");

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(["good"], await store.ListAsync(Bucket, "").Select(blob => blob.Key).ToListAsync());
        }

        Assert.Equal(["two\nlines: its name is not allowed: it holds the control character U+000A at position 3"], told);
    }

    [Fact]
    public async Task Link_OutOfTheRoot_IsRefusedAndNotListed()
    {
        using var outside = new TemporaryFolder();
        outside.Write("secret.txt", "secret");
        Directory.CreateDirectory(_root.Of(Bucket));
        File.CreateSymbolicLink(_root.Of(Bucket, "file"), outside.Of("secret.txt"));
        Directory.CreateSymbolicLink(_root.Of(Bucket, "folder"), outside.Path);

        Assert.Empty(await KeysAsync(""));
        Assert.Empty(await KeysAsync("folder/"));
        var refused = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Store.OpenReadAsync(Bucket, "file"));
        Assert.Contains("symbolic link", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Store.OpenReadAsync(Bucket, "folder/secret.txt"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => PutAsync("folder/new.txt", "x"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Store.DeleteAsync(Bucket, "folder/secret.txt"));
        Assert.Equal(["secret.txt"], Directory.GetFiles(outside.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Put_BelowAnotherKey_SaysThatItCannot()
    {
        await PutAsync("a", "file");

        var refused = await Assert.ThrowsAsync<IOException>(() => PutAsync("a/b", "x"));

        Assert.Contains("no key can be below another key", refused.Message, StringComparison.Ordinal);
        Assert.Null(await Store.OpenReadAsync(Bucket, "a/b"));
        Assert.Null(await Store.StatAsync(Bucket, "a/b"));
        Assert.Empty(await KeysAsync("a/"));
    }

    [Fact]
    public async Task Put_OverFolderThatBecameEmpty_Writes()
    {
        await PutAsync("a/b/c", "x");
        await Store.DeleteAsync(Bucket, "a/b/c");

        await PutAsync("a", "file");

        Assert.Equal("file", await GetAsync("a"));
    }

    [Fact]
    public async Task Get_OfFolder_IsNull()
    {
        await PutAsync("a/b", "x");

        Assert.Null(await Store.OpenReadAsync(Bucket, "a"));
        Assert.Null(await Store.StatAsync(Bucket, "a"));
    }

    [Fact]
    public async Task Put_PartLongerThanFileNames_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(new string('x', 256), "x"));

    [Fact]
    public async Task Put_LeavesNoTemporaryFile()
    {
        await PutAsync("a", "x");
        await Assert.ThrowsAsync<BlobConditionException>(() => PutAsync("a", "y", PutCondition.IfAbsent));

        Assert.Empty(Directory.GetFiles(_root.Of(".loramesh", "tmp")));
    }

    [Fact]
    public async Task TwoStores_OnOneRoot_AgreeWhoWins()
    {
        var other = new FolderBlobStore(_root.Path);

        var wins = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            try
            {
                await (writer % 2 == 0 ? Store : other).PutAsync(Bucket, "contested", Text($"{writer}"), PutCondition.IfAbsent);
                return 1;
            }
            catch (BlobConditionException)
            {
                return 0;
            }
        })));

        Assert.Equal(1, wins.Sum());
    }

    [Fact]
    public void Opening_RemovesOldLeftovers_AndKeepsFreshOnes()
    {
        _root.Write(".loramesh/tmp/old", "x");
        _root.Write(".loramesh/tmp/fresh", "x");
        File.SetLastWriteTimeUtc(_root.Of(".loramesh", "tmp", "old"), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        _ = new FolderBlobStore(_root.Path);

        Assert.Equal(["fresh"], Directory.GetFiles(_root.Of(".loramesh", "tmp")).Select(Path.GetFileName));
    }
}
