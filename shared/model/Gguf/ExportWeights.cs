using LoraMesh.Model.Runtime;
using LoraMesh.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraMesh.Model.Gguf;

/// <summary>
/// The weights that a GGUF file is written from, row by row in float32: a base model's as they lie on disk, or what an
/// adapter makes of them. libtorch is needed for the latter only, which holds the changed tensors in memory.
/// </summary>
internal sealed class ExportWeights : IDisposable
{
    private readonly WeightFolder _folder;
    private readonly Dictionary<string, Tensor> _changed = new(StringComparer.Ordinal);

    private ExportWeights(WeightFolder folder, ModelConfig config) => (_folder, Config) = (folder, config);

    /// <summary>What the weights belong to: tied only where they are.</summary>
    internal ModelConfig Config { get; private set; }

    internal static ExportWeights Open(string model) => new(WeightFolder.OpenFor(model, ModelConfig.Read(model), out var config), config);

    internal static ExportWeights Merge(string model, string adapter)
    {
        var weights = Open(model);
        try
        {
            weights.Merge(adapter);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>One row of a matrix, or a whole vector.</summary>
    internal unsafe void ReadRow(string name, long row, Span<float> row32)
    {
        if (_changed.TryGetValue(name, out var tensor))
        {
            new ReadOnlySpan<float>((float*)TorchAbi.Address(tensor) + (row * row32.Length), row32.Length).CopyTo(row32);
        }
        else
        {
            _folder.ReadRow(name, row, row32);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _changed.Values)
        {
            tensor.Dispose();
        }

        _folder.Dispose();
    }

    private void Merge(string folder)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var adapter = LoraAdapter.Load(folder, Config);
        foreach (var (name, value) in AdapterMerge.Tensors(adapter, Config, _folder.Read))
        {
            _changed.Add(name, value.contiguous().DetachFromDisposeScope());
        }

        Config = AdapterMerge.Unties(adapter, Config) ? Config with { TieWordEmbeddings = false } : Config;
    }
}
