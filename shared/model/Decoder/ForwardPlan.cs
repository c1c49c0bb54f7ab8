using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens of all segments, D head width.

/// <summary>
/// What one pass needs beside the weights, made once and used by every layer: which rows belong together, which adapter
/// serves which rows, rotary angles, caches, dropout masks.
/// </summary>
internal sealed class ForwardPlan : IDisposable
{
    private readonly Dictionary<int, Tensor> _dropoutMasks = [];

    internal required TokenBatch Batch { get; init; }

    /// <summary>cos and sin of every token's angles, [T, 1, D]; both halves of D alike.</summary>
    internal required Tensor Cos { get; init; }

    internal required Tensor Sin { get; init; }

    /// <summary>Ranges of rows with the adapter that serves them; rows in no range see the base alone.</summary>
    internal IReadOnlyList<AdapterRange> Adapters { get; init; } = [];

    /// <summary>One session per segment where earlier tokens are cached; null for whole sequences.</summary>
    internal IReadOnlyList<DecoderSession>? Sessions { get; init; }

    /// <summary>Makes dropout masks while training; null for none.</summary>
    internal Generator? Dropout { get; init; }

    /// <summary>The mask over a linear layer's LoRA input, scaled by 1 / (1 - p); the same one forward and backward.</summary>
    internal Tensor? DropoutMask(int linear, Tensor input, double probability)
    {
        if (Dropout is null || probability <= 0)
        {
            return null;
        }

        if (!_dropoutMasks.TryGetValue(linear, out var mask))
        {
            using var scope = NewDisposeScope();
            mask = empty(input.shape, dtype: ScalarType.Float32).bernoulli_(1 - probability, Dropout).div_(1 - probability).DetachFromDisposeScope();
            _dropoutMasks.Add(linear, mask);
        }

        return mask;
    }

    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
        foreach (var mask in _dropoutMasks.Values)
        {
            mask.Dispose();
        }
    }
}
