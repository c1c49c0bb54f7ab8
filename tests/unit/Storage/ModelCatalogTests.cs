using System.Security.Cryptography;
using System.Text;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.Storage;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly ModelCatalog _catalog;

    public ModelCatalogTests() => _catalog = new ModelCatalog(new FolderBlobStore(_root.Path));

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Find_GivesFilesOrderedByKey_WithTheirHashes()
    {
        _root.Write("lm-models/tiny/tokenizer.json", "t");
        _root.Write("lm-models/tiny/config.json", "c");
        _root.Write("lm-models/tinyer/config.json", "other");

        var model = (await _catalog.FindAsync("tiny"))!;

        Assert.Equal("tiny", model.Name);
        Assert.Equal(["tiny/config.json", "tiny/tokenizer.json"], model.Files.Select(file => file.Key));
        Assert.Equal([Sha("c"), Sha("t")], model.Files.Select(file => file.Sha256));
        Assert.All(model.Files, file => Assert.Equal(("lm-models", 1L), (file.Bucket, file.Bytes)));
    }

    [Fact]
    public async Task Find_Digest_IsHashOverNamesAndHashes()
    {
        _root.Write("lm-models/tiny/b", "2");
        _root.Write("lm-models/tiny/a", "1");

        Assert.Equal(Sha($"a\0{Sha("1")}\nb\0{Sha("2")}\n"), (await _catalog.FindAsync("tiny"))!.Digest);
    }

    [Fact]
    public async Task Find_CopyUnderOtherName_HasTheSameDigest()
    {
        _root.Write("lm-models/one/a", "1");
        _root.Write("lm-models/two/a", "1");

        Assert.Equal((await _catalog.FindAsync("one"))!.Digest, (await _catalog.FindAsync("two"))!.Digest);
    }

    [Fact]
    public async Task Find_AfterAFileChanged_GivesTheNewDigest()
    {
        _root.Write("lm-models/tiny/a", "1");
        var before = (await _catalog.FindAsync("tiny"))!.Digest;

        _root.Write("lm-models/tiny/a", "2");

        Assert.NotEqual(before, (await _catalog.FindAsync("tiny"))!.Digest);
    }

    [Fact]
    public async Task Find_Unchanged_GivesTheSameObject()
    {
        _root.Write("lm-models/tiny/a", "1");

        Assert.Same(await _catalog.FindAsync("tiny"), await _catalog.FindAsync("tiny"));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../lm-models")]
    [InlineData("a/b")]
    public async Task Find_OfUnknownOrImpossibleName_IsNull(string name) => Assert.Null(await _catalog.FindAsync(name));

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("model.pt")]
    [InlineData("data.PKL")]
    [InlineData("last.ckpt")]
    [InlineData("modeling_tiny.py")]
    public async Task Find_WithFileThatMayRunCode_IsRefusedByName(string file)
    {
        _root.Write("lm-models/tiny/config.json", "{}");
        _root.Write("lm-models/tiny/" + file, "x");

        var refused = await Assert.ThrowsAsync<ModelRefusedException>(() => _catalog.FindAsync("tiny"));

        Assert.Contains($"tiny/{file}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_GivesNamesOfFolders()
    {
        _root.Write("lm-models/tiny/a", "1");
        _root.Write("lm-models/tiny/b", "1");
        _root.Write("lm-models/other/a", "1");
        _root.Write("lm-models/README.md", "no model");

        Assert.Equal(["other", "tiny"], await _catalog.ListAsync());
    }

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
