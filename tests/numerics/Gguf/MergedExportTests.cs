using LoraMesh.Formats.Gguf;
using LoraMesh.Model;
using LoraMesh.Model.Gguf;
using LoraMesh.Model.Weights;

namespace LoraMesh.NumericsTests.Gguf;

/// <summary>What a GGUF adapter cannot carry is refused, and goes into the base model instead.</summary>
public sealed class MergedExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Output => Path.Combine(_folder, "out.gguf");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("dora-llama", "use_dora")]
    [InlineData("modules-llama", "trained whole")]
    public void Write_VariantThatIsNoPair_IsRefusedAndOfferedMerged(string name, string named)
    {
        var (model, adapter) = Case(name);

        var refusal = Assert.Throws<UnsupportedModelException>(() => AdapterExport.Write(model, adapter, Output));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--merge", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
    }

    [Theory]
    [InlineData("dora-llama")]
    [InlineData("modules-llama")]
    [InlineData("embed-llama")]
    [InlineData("dora-rslora-qwen2")]
    [InlineData("plain-phi3")]
    public void Write_Merged_EqualsTheExportOfTheMergedFolder(string name)
    {
        var (model, adapter) = Case(name);
        var merged = Path.Combine(_folder, "merged");
        MergedFolder.Write(model, adapter, merged, "float32");
        BaseExport.Write(merged, adapter: null, "m", Path.Combine(_folder, "expected.gguf"), "f32", []);

        BaseExport.Write(model, adapter, "m", Output, "f32", []);

        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "expected.gguf")), File.ReadAllBytes(Output));
        using var file = GgufFile.Open(Output);
        BaseExport.Write(model, adapter: null, "m", Path.Combine(_folder, "base.gguf"), "f32", []);
        using var plain = GgufFile.Open(Path.Combine(_folder, "base.gguf"));
        Assert.Contains(plain.Tensors, tensor => !plain.Read(tensor).SequenceEqual(file.Read(file.Find(tensor.Name)!)));
    }

    private static (string Model, string Adapter) Case(string name)
    {
        var golden = new Golden($"lora/{name}");
        return (Path.GetFullPath(Path.Combine(golden.Folder, "..", "..", golden.Figures.GetProperty("base").GetString()!)), Path.Combine(golden.Folder, "nonzero"));
    }
}
