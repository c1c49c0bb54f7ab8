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

    /// <summary>Ends the pass between two layers; what it has added to gradients until then is to be forgotten.</summary>
    public CancellationToken Cancellation { get; init; }
}
