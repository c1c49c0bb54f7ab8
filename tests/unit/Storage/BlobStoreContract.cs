using System.Security.Cryptography;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Storage;

/// <summary>What every keeper of blobs must do; each keeper's test class inherits all of it.</summary>
public abstract partial class BlobStoreContract
{
    protected const string Bucket = "lm-runs";

    protected abstract IBlobStore Store { get; }

    /// <summary>Longest key that the keeper takes; a multiple of 128.</summary>
    protected virtual int MaxKeyBytes => BlobKey.MaxBytes;

    [StoreFact]
    public async Task Get_OfMissingBlob_IsNull()
    {
        Assert.Null(await Store.OpenReadAsync(Bucket, "no/such"));
        Assert.Null(await Store.StatAsync(Bucket, "no/such"));
    }

    [StoreFact]
    public async Task Put_ThenGet_GivesSameBytes()
    {
        await PutAsync("a/b.txt", "hello");

        Assert.Equal("hello", await GetAsync("a/b.txt"));
    }

    [StoreFact]
    public async Task Put_Returns_NameHashAndSize()
    {
        var reference = await PutAsync("a/b.txt", "hello");

        Assert.Equal((Bucket, "a/b.txt", 5L), (reference.Bucket, reference.Key, reference.Bytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("hello"u8)), reference.Sha256);
    }

    [StoreFact]
    public async Task Put_OverExisting_ReplacesAllOfIt()
    {
        await PutAsync("a", "a long first content");
        await PutAsync("a", "short");

        Assert.Equal("short", await GetAsync("a"));
    }

    [StoreFact]
    public async Task Put_EmptyBlob_IsThereWithNoBytes()
    {
        var reference = await PutAsync("empty", "");

        Assert.Equal(0, reference.Bytes);
        Assert.Equal("", await GetAsync("empty"));
        Assert.Equal(0, (await Store.StatAsync(Bucket, "empty"))!.Bytes);
    }

    [StoreFact]
    public async Task Put_OfTwentyMegabytes_KeepsEveryByte()
    {
        var content = new byte[20 * 1024 * 1024 + 7];
        new Random(1).NextBytes(content);

        var reference = await Store.PutAsync(Bucket, "large", new MemoryStream(content));
        await using var read = (await Store.OpenReadAsync(Bucket, "large"))!;

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), reference.Sha256);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(read));
    }

    [StoreFact]
    public async Task Put_FromStreamThatBreaks_LeavesOldBlob()
    {
        await PutAsync("a", "old");

        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(Bucket, "a", new BreakingStream(200_000)));

        Assert.Equal("old", await GetAsync("a"));
        Assert.Equal(["a"], await KeysAsync(""));
    }

    [StoreFact]
    public async Task Put_Cancelled_LeavesOldBlob()
    {
        await PutAsync("a", "old");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync(Bucket, "a", Text("new"), default, cancelled.Token));

        Assert.Equal("old", await GetAsync("a"));
    }

    [StoreTheory]
    [InlineData("with blank.txt")]
    [InlineData(" leading")]
    [InlineData("größe/zażółć/数据.jsonl")]
    [InlineData("emoji-🦊/🚀.json")]
    [InlineData("per%2Fcent%20sign")]
    [InlineData("plus+and&amp;=?#hash")]
    [InlineData("quote'\"quote`$(x);|")]
    [InlineData("back\\slash")]
    [InlineData("..hidden/...dots/a..b")]
    [InlineData("UPPER/lower/~tilde")]
    [InlineData("a/b/c/d/e/f/g/h/i/j")]
    public async Task Put_OddButValidKey_ComesBackUnchanged(string key)
    {
        await PutAsync(key, "x");

        Assert.Equal("x", await GetAsync(key));
        Assert.Equal([key], await KeysAsync(""));
        Assert.Equal(key, (await Store.StatAsync(Bucket, key))!.Key);
    }

    [StoreFact]
    public async Task Put_KeysDifferingInCaseOrEscape_AreDifferentBlobs()
    {
        await PutAsync("a/b", "1");
        await PutAsync("a%2Fb", "2");
        await PutAsync("A/b", "3");

        Assert.Equal("1", await GetAsync("a/b"));
        Assert.Equal("2", await GetAsync("a%2Fb"));
        Assert.Equal("3", await GetAsync("A/b"));
    }

    [StoreTheory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../lm-models/a")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a/..")]
    [InlineData("nul\0byte")]
    [InlineData("new\nline")]
    [InlineData("delete\u007f")]
    public async Task AnyCall_WithBadKey_IsRefused(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(key, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenReadAsync(Bucket, key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.StatAsync(Bucket, key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(Bucket, key));
    }

    // Not a row of the theory above: attributes cannot hold half a pair.
    [StoreFact]
    public async Task Put_KeyWithHalfASurrogatePair_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync("half" + '\ud83e' + "pair", "x"));

    [StoreFact]
    public async Task Put_KeyOfMoreThanTheLongestKey_IsRefused()
    {
        var allowed = string.Join('/', Enumerable.Repeat(new string('k', 127), MaxKeyBytes / 128));

        await PutAsync(allowed, "x");
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(allowed + "kk", "x"));

        Assert.Contains($"{MaxKeyBytes + 1} UTF-8 bytes, at most {MaxKeyBytes}", refused.Message, StringComparison.Ordinal);
    }

    [StoreTheory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("UPPER")]
    [InlineData(".loramesh")]
    [InlineData("ab")]
    public async Task AnyCall_WithBadBucket_IsRefused(string bucket)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync(bucket, "a", Text("x")));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.EnsureBucketAsync(bucket));
    }

    [StoreFact]
    public async Task Delete_OfExisting_RemovesIt()
    {
        await PutAsync("a/b", "x");

        await Store.DeleteAsync(Bucket, "a/b");

        Assert.Null(await Store.StatAsync(Bucket, "a/b"));
        Assert.Empty(await KeysAsync(""));
    }

    [StoreFact]
    public async Task Delete_OfMissing_DoesNothing()
    {
        await Store.DeleteAsync(Bucket, "no/such");

        Assert.Empty(await KeysAsync(""));
    }

    [StoreFact]
    public async Task EnsureBucket_Twice_KeepsBlobs()
    {
        await PutAsync("a", "x");

        await Store.EnsureBucketAsync(Bucket);

        Assert.Equal("x", await GetAsync("a"));
    }

    [StoreFact]
    public async Task Buckets_AreApart()
    {
        await Store.EnsureBucketAsync(Buckets.Models);
        await PutAsync("a", "x");

        Assert.Null(await Store.StatAsync(Buckets.Models, "a"));
    }

    [StoreFact]
    public async Task OpenRead_ThenReplace_ReaderSeesOldContent()
    {
        await PutAsync("a", "old");
        await using var reader = (await Store.OpenReadAsync(Bucket, "a"))!;

        await PutAsync("a", "new!");

        using var text = new StreamReader(reader, Encoding.UTF8);
        Assert.Equal("old", await text.ReadToEndAsync());
    }

    protected static MemoryStream Text(string content) => new(Encoding.UTF8.GetBytes(content));

    protected Task<BlobRef> PutAsync(string key, string content, PutCondition condition = default) => Store.PutAsync(Bucket, key, Text(content), condition);

    protected async Task<string?> GetAsync(string key)
    {
        await using var content = await Store.OpenReadAsync(Bucket, key);
        if (content is null)
        {
            return null;
        }

        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    protected async Task<List<string>> KeysAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var blob in Store.ListAsync(Bucket, prefix))
        {
            keys.Add(blob.Key);
        }

        return keys;
    }

    private sealed class BreakingStream(int after) : MemoryStream(new byte[after])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var read and > 0 ? read : throw new IOException("the sender went away");
    }
}
