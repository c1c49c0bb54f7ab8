using LoraMesh.Formats.Gguf;

namespace LoraMesh.NumericsTests.Gguf;

/// <summary>The container against files that llama.cpp's own tools wrote.</summary>
public sealed class GgufFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    public void Quantize_FloatBase_GivesTheBytesOfLlamaQuantize(string name)
    {
        using var floats = GgufFile.Open(At(name, "base-f32.gguf"));
        using var quantised = GgufFile.Open(At(name, "base-q8_0.gguf"));

        foreach (var expected in quantised.Tensors.Where(tensor => tensor.Type == GgufTensorType.Q80))
        {
            var values = floats.Read(floats.Find(expected.Name)!);
            var found = new byte[expected.Length];
            FloatEncoding.Encode(GgufTensorType.Q80, values, found);

            Assert.Equal(Bytes(quantised, expected), found);
        }
    }

    [Theory]
    [InlineData("llama", "base-f32.gguf")]
    [InlineData("llama", "base-q8_0.gguf")]
    [InlineData("llama", "adapter-1.gguf")]
    [InlineData("qwen2", "adapter-0.gguf")]
    public void Write_WhatWasRead_GivesTheSameBytes(string name, string file)
    {
        using var source = GgufFile.Open(At(name, file));
        var entries = source.Tensors.OrderBy(tensor => tensor.Offset)
            .Select(tensor => new GgufWriter.Entry(tensor.Name, tensor.Type, tensor.Shape, stream => stream.Write(Bytes(source, tensor)))).ToList();

        using var copy = new MemoryStream();
        GgufWriter.Write(copy, source.Metadata, entries);

        Assert.Equal(File.ReadAllBytes(source.Path), copy.ToArray());
    }

    /// <summary>
    /// Random changes of real headers are either read or refused with a sentence. LORAMESH_FUZZ=300000 makes a soak of it.
    /// </summary>
    [Fact]
    public void Open_MutatedHeaders_AreReadOrRefused()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("LORAMESH_FUZZ"), out var asked) ? asked : 2000;
        var random = new Random(7);
        byte[][] sources = [File.ReadAllBytes(At("llama", "adapter-1.gguf")), File.ReadAllBytes(At("qwen2", "base-q8_0.gguf"))[..12000]];
        var refused = 0;
        for (var round = 0; round < rounds; round++)
        {
            var bytes = (byte[])sources[round % sources.Length].Clone();
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                var at = random.Next(Math.Min(bytes.Length, random.Next(2) == 0 ? 200 : 12000));
                bytes[at] = random.Next(3) == 0 ? (byte)255 : (byte)random.Next(256);
            }

            File.WriteAllBytes(_path, random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                using var file = GgufFile.Open(_path);
                Assert.All(file.Tensors, tensor => file.Row(tensor, tensor.Rows - 1));
            }
            catch (InvalidDataException problem)
            {
                Assert.Contains(_path, problem.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, rounds / 10, rounds);
    }

    private static string At(string name, string file) => Path.Combine(AppContext.BaseDirectory, "golden", "gguf", name, file);

    private static byte[] Bytes(GgufFile file, GgufTensor tensor)
    {
        var bytes = new List<byte>();
        for (long row = 0; row < tensor.Rows; row++)
        {
            bytes.AddRange(file.Row(tensor, row));
        }

        return [.. bytes];
    }
}
