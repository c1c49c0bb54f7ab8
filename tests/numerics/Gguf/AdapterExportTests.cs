using LoraMesh.Formats.Gguf;
using LoraMesh.Model.Gguf;

namespace LoraMesh.NumericsTests.Gguf;

/// <summary>Adapters against those that llama.cpp's own converter made of the same PEFT folders.</summary>
public sealed class AdapterExportTests
{
    [Theory]
    [InlineData("llama", "adapter-0")]
    [InlineData("llama", "adapter-1")]
    [InlineData("qwen2", "adapter-0")]
    public void Write_PeftFolder_EqualsTheReferenceConversion(string name, string adapter)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "golden", "gguf", name);
        var path = Path.GetTempFileName();
        try
        {
            AdapterExport.Write(Path.Combine(folder, "base"), Path.Combine(folder, adapter), path);

            using var expected = GgufFile.Open(Path.Combine(folder, $"{adapter}.gguf"));
            using var found = GgufFile.Open(path);
            Assert.Equal(expected.Metadata.Keys.Order(StringComparer.Ordinal), found.Metadata.Keys.Order(StringComparer.Ordinal));
            Assert.All(expected.Metadata.Keys, key => Assert.Equal(expected.Metadata.Find(key), found.Metadata.Find(key)));
            Assert.Equal(expected.Tensors.Count, found.Tensors.Count);
            foreach (var tensor in expected.Tensors)
            {
                var twin = found.Find(tensor.Name)!;
                Assert.Equal(tensor.Shape, twin.Shape);
                var pairs = expected.Read(tensor).Zip(found.Read(twin));

                // One rounding to float32 of the folded scale: 6e-8 of each number.
                Assert.All(pairs, pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) * 2e-7f + 1e-12f));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
