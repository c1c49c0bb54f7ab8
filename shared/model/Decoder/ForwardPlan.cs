using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens of all segments, D head width.

/// <summary>
/// What one pass needs beside the weights, made once and used by every layer: which rows belong together, which adapter
/// serves which rows, rotary angles, caches, dropout masks.
/// </summary>
internal sealed class ForwardPlan : IDisposable
{
    internal required TokenBatch Batch { get; init; }

    /// <summary>cos and sin of every token's angles, [T, 1, D]; both halves of D alike.</summary>
    internal required Tensor Cos { get; init; }

    internal required Tensor Sin { get; init; }

    /// <summary>Ranges of rows with the adapter that serves them; rows in no range see the base alone.</summary>
    internal IReadOnlyList<AdapterRange> Adapters { get; init; } = [];

    /// <summary>One session per segment where earlier tokens are cached; null for whole sequences.</summary>
    internal IReadOnlyList<DecoderSession>? Sessions { get; init; }

    /// <summary>Drops inputs of A while training; null for none.</summary>
    internal Dropout? Dropout { get; init; }

    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}
