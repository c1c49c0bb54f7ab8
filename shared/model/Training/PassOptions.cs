namespace LoraMesh.Model;

/// <summary>How one micro-batch is passed forward and back, beside what it is made of; the defaults are a plain pass.</summary>
public sealed record PassOptions
{
    /// <summary>A plain pass.</summary>
    public static PassOptions Plain { get; } = new();

    /// <summary>Decides which inputs LoRA dropout drops; null for no dropout.</summary>
    public ulong? DropoutSeed { get; init; }

    /// <summary>Share of every target that is spread over the vocabulary; 0 up to, not including, 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Noise on the embeddings of what is trained; null for none.</summary>
    public NeftuneNoise? Noise { get; init; }

    /// <summary>
    /// Layers, from the first on, that keep their input only and are computed again on the way back (Chen et al., 2016, arXiv
    /// 1604.06174); the numbers are the same to the bit.
    /// </summary>
    public int CheckpointedLayers { get; init; }

    /// <summary>Ends the pass between two layers; what it has added to gradients until then is to be forgotten.</summary>
    public CancellationToken Cancellation { get; init; }
}
