using System.Runtime.InteropServices;
using System.Text.Json;
using LoraMesh.Formats;
using LoraMesh.Model;

namespace LoraMesh.NumericsTests;

/// <summary>One folder of golden data: tensors and figures by name.</summary>
internal sealed class Golden
{
    private readonly Dictionary<string, (IReadOnlyList<long> Shape, byte[] Bytes)> _tensors = [];

    internal Golden(string folder, string tensors = "expected.safetensors", string figures = "expected.json")
    {
        Folder = Path.Combine(AppContext.BaseDirectory, "golden", folder);
        Figures = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, figures))).RootElement;
        using var file = SafetensorsFile.Open(Path.Combine(Folder, tensors));
        foreach (var tensor in file.Tensors)
        {
            _tensors[tensor.Name] = (tensor.Shape, file.Bytes(tensor).ToArray());
        }
    }

    internal string Folder { get; }

    internal JsonElement Figures { get; }

    internal IEnumerable<string> Names => _tensors.Keys;

    internal float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(_tensors[name].Bytes).ToArray();

    internal long[] Longs(string name) => MemoryMarshal.Cast<byte, long>(_tensors[name].Bytes).ToArray();

    internal IReadOnlyList<long> Shape(string name) => _tensors[name].Shape;

    /// <summary>The rows of a right-padded batch laid end to end, and the flat index of every real token.</summary>
    internal (TokenBatch Batch, int[] Labels, int[] Real) Unpad(int first = 0, int? count = null, string ids = "input_ids", string labels = "labels", string mask = "attention_mask")
    {
        var (all, attention) = (Longs(ids), Longs(mask));
        var allLabels = Names.Contains(labels) ? Longs(labels) : all;
        var width = (int)Shape(ids)[^1];
        var rows = count ?? all.Length / width - first;
        var real = Enumerable.Range(first * width, rows * width).Where(index => attention[index] == 1).ToArray();
        var lengths = Enumerable.Range(first, rows).Select(row => real.Count(index => index / width == row)).ToArray();
        return (new TokenBatch([.. real.Select(index => all[index])], lengths), [.. real.Select(index => (int)allLabels[index])], real);
    }

    /// <summary>The largest difference over the largest expected magnitude.</summary>
    internal static double RelativeDifference(ReadOnlySpan<float> found, ReadOnlySpan<float> expected)
    {
        var largest = 0f;
        foreach (var value in expected)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return MaxDifference(found, expected) / largest;
    }

    internal static double MaxDifference(ReadOnlySpan<float> found, ReadOnlySpan<float> expected)
    {
        Assert.Equal(expected.Length, found.Length);
        double highest = 0;
        for (var i = 0; i < found.Length; i++)
        {
            var difference = Math.Abs((double)found[i] - expected[i]);
            Assert.False(double.IsNaN(difference), $"NaN at {i}");
            highest = Math.Max(highest, difference);
        }

        return highest;
    }
}
