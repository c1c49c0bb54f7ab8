namespace LoraMesh.Model.Decoder;

/// <summary>
/// What one pass needs beside the weights, made once and used by every layer: which rows belong together, which adapter
/// serves which rows, rotary angles, caches, dropout masks.
/// </summary>
internal sealed class ForwardPlan : IDisposable
{
    internal required TokenBatch Batch { get; init; }

    /// <summary>Rotary angles of every token.</summary>
    internal required RopeAngles Rope { get; init; }

    /// <summary>Those of the layers with a sliding window, where they are others.</summary>
    internal RopeAngles? LocalRope { get; init; }

    /// <summary>Ranges of rows with the adapter that serves them; rows in no range see the base alone.</summary>
    internal IReadOnlyList<AdapterRange> Adapters { get; init; } = [];

    /// <summary>One session per segment where earlier tokens are cached; null for whole sequences.</summary>
    internal IReadOnlyList<DecoderSession>? Sessions { get; init; }

    /// <summary>Drops inputs of A while training; null for none.</summary>
    internal Dropout? Dropout { get; init; }

    /// <summary>Whether hidden states are bfloat16 too, and not only the inputs of products.</summary>
    internal bool Half { get; init; }

    /// <summary>Noise on the embeddings; null for none.</summary>
    internal NeftuneNoise? Noise { get; init; }

    /// <summary>Layers, from the first on, whose tape is their input alone.</summary>
    internal int CheckpointedLayers { get; init; }

    /// <summary>Ends the pass between two layers.</summary>
    internal CancellationToken Cancellation { get; init; }

    internal RopeAngles Angles(bool local) => local && LocalRope is { } angles ? angles : Rope;

    public void Dispose()
    {
        Rope.Dispose();
        LocalRope?.Dispose();
    }
}
