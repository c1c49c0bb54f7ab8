using LoraMesh.Contracts;
using LoraMesh.Storage;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Storage;

public sealed class LocalBlobCacheTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FolderBlobStore _store;

    public LocalBlobCacheTests() => _store = new FolderBlobStore(_root.Of("store"));

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Fetch_GivesFileWithTheBytes()
    {
        var path = await Cache().FetchAsync(await PutAsync("a", "hello"));

        Assert.Equal("hello", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Fetch_SecondTime_NeedsNoStore()
    {
        var reference = await PutAsync("a", "hello");
        var first = await Cache().FetchAsync(reference);
        await _store.DeleteAsync("lm-models", "a");

        Assert.Equal(first, await Cache().FetchAsync(reference));
    }

    [Fact]
    public async Task Fetch_OfMissingBlob_IsRefused()
    {
        var reference = await PutAsync("a", "hello");
        await _store.DeleteAsync("lm-models", "a");

        await Assert.ThrowsAsync<BlobIntegrityException>(() => Cache().FetchAsync(reference));
    }

    [Fact]
    public async Task Fetch_OfChangedBlob_IsRefusedAndLeavesNothing()
    {
        var reference = await PutAsync("a", "hello");
        await PutAsync("a", "jello");

        var refused = await Assert.ThrowsAsync<BlobIntegrityException>(() => Cache().FetchAsync(reference));

        Assert.Contains("SHA-256", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_root.Of("cache"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Fetch_WithWrongLength_IsRefusedAlsoWhenCached()
    {
        var reference = await PutAsync("a", "hello");
        await Cache().FetchAsync(reference);

        await Assert.ThrowsAsync<BlobIntegrityException>(() => Cache().FetchAsync(reference with { Bytes = 4 }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public async Task Fetch_WithHashThatIsNone_IsRefused(string sha256) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Cache().FetchAsync(new BlobRef { Bucket = "lm-models", Key = "a", Sha256 = sha256, Bytes = 0 }));

    [Fact]
    public async Task Fetch_ByEightAtOnce_AllGetTheFile()
    {
        var reference = await PutAsync("a", new string('x', 2_000_000));
        var (one, two) = (Cache(), Cache());

        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).FetchAsync(reference))));

        Assert.All(paths, path => Assert.Equal(2_000_000, new FileInfo(path).Length));
        Assert.Single(paths.Distinct());
    }

    [Fact]
    public async Task FetchFolder_GivesFilesUnderTheirNames()
    {
        BlobRef[] files = [await PutAsync("tiny/config.json", "{}"), await PutAsync("tiny/sub/part.txt", "part")];

        var folder = await Cache().FetchFolderAsync(files, "tiny/");

        Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(folder, "config.json")));
        Assert.Equal("part", await File.ReadAllTextAsync(Path.Combine(folder, "sub", "part.txt")));
    }

    [Fact]
    public async Task FetchFolder_SameContentElsewhere_IsTheSameFolder()
    {
        var one = await Cache().FetchFolderAsync([await PutAsync("tiny/a", "x"), await PutAsync("tiny/b", "y")], "tiny");
        var two = await Cache().FetchFolderAsync([await PutAsync("copy/b", "y"), await PutAsync("copy/a", "x")], "copy");

        Assert.Equal(one, two);
    }

    [Fact]
    public async Task FetchFolder_WithOneFileMissing_LeavesNoFolder()
    {
        BlobRef[] files = [await PutAsync("tiny/a", "x"), await PutAsync("tiny/b", "y")];
        await _store.DeleteAsync("lm-models", "tiny/b");

        await Assert.ThrowsAsync<BlobIntegrityException>(() => Cache().FetchFolderAsync(files, "tiny"));

        Assert.Empty(Directory.GetDirectories(_root.Of("cache", "folders")));
    }

    [Fact]
    public async Task FetchFolder_ByEightAtOnce_AllGetTheFolder()
    {
        var files = new List<BlobRef>();
        for (var i = 0; i < 10; i++)
        {
            files.Add(await PutAsync($"tiny/{i}", $"{i}"));
        }

        var (one, two) = (Cache(), Cache());
        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? one : two).FetchFolderAsync(files, "tiny"))));

        Assert.Equal(10, Directory.GetFiles(Assert.Single(paths.Distinct())).Length);
        Assert.Empty(Directory.GetFileSystemEntries(_root.Of("cache", "tmp")));
    }

    [Theory]
    [InlineData("other/a")]
    [InlineData("tiny")]
    [InlineData("tinyer/a")]
    public async Task FetchFolder_WithKeyOutsidePrefix_IsRefused(string key) =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await Cache().FetchFolderAsync([await PutAsync(key, "x")], "tiny"));

    [Fact]
    public async Task FetchFolder_AfterItsCopyWasRemoved_HasItAgain()
    {
        BlobRef[] files = [await PutAsync("tiny/a", "x")];
        await Cache().FetchFolderAsync(files, "tiny");
        Directory.Delete(_root.Of("cache", "objects"), recursive: true);

        var folder = await Cache().FetchFolderAsync(files, "tiny");

        Assert.Equal("x", await File.ReadAllTextAsync(Path.Combine(folder, "a")));
    }

    [Fact]
    public async Task Fetch_BeyondBound_RemovesWhatWasUsedLongestAgo()
    {
        var cache = Cache(maxBytes: 2500);
        var first = await cache.FetchAsync(await PutAsync("1", new string('1', 1000)));
        _clock.Advance(TimeSpan.FromHours(1));
        var second = await cache.FetchFolderAsync([await PutAsync("f/2", new string('2', 1000))], "f");
        _clock.Advance(TimeSpan.FromHours(1));
        await cache.FetchAsync(await PutAsync("1", new string('1', 1000)));
        _clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));

        var third = await cache.FetchAsync(await PutAsync("3", new string('3', 1000)));

        Assert.True(File.Exists(first));
        Assert.False(Directory.Exists(second));
        Assert.True(File.Exists(third));
        Assert.Equal(2000, Directory.GetFiles(_root.Of("cache", "objects"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));
    }

    [Fact]
    public async Task Fetch_BeyondBound_KeepsWhatWasUsedWithinTheHour()
    {
        var cache = Cache(maxBytes: 1);
        var first = await cache.FetchAsync(await PutAsync("1", "one"));
        _clock.Advance(TimeSpan.FromMinutes(59));

        await cache.FetchAsync(await PutAsync("2", "two"));

        Assert.True(File.Exists(first));
    }

    private LocalBlobCache Cache(long maxBytes = 1L << 30) => new(_store, _root.Of("cache"), maxBytes, _clock);

    private Task<BlobRef> PutAsync(string key, string content) =>
        _store.PutAsync("lm-models", key, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)));
}
