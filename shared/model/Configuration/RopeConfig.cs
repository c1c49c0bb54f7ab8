namespace LoraMesh.Model;

/// <summary>Rotary position embedding (Su et al., 2021, arXiv 2104.09864) and its scaling, under transformers' names.</summary>
public sealed record RopeConfig
{
    /// <summary>Base of the wavelengths.</summary>
    public double Theta { get; init; } = 10000;

    /// <summary><c>default</c>, <c>linear</c>, <c>dynamic</c>, <c>llama3</c>, <c>yarn</c> or <c>longrope</c>.</summary>
    public string Type { get; init; } = "default";

    /// <summary>How many dimensions of a head are rotated, the first ones; even.</summary>
    public required int RotaryDim { get; init; }

    /// <summary>How many times the context was extended; all types but <c>default</c>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary><c>llama3</c>: wavelengths above original context / this are scaled whole.</summary>
    public double LowFreqFactor { get; init; } = 1;

    /// <summary><c>llama3</c>: wavelengths below original context / this are left alone.</summary>
    public double HighFreqFactor { get; init; } = 4;

    /// <summary><c>llama3</c>, <c>yarn</c>, <c>longrope</c>: context in tokens before the extension; <c>dynamic</c>: up to which nothing is scaled.</summary>
    public int OriginalMaxPositionEmbeddings { get; init; }

    /// <summary><c>yarn</c>: turns within the original context above which a dimension is left alone.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary><c>yarn</c>: turns within the original context below which a dimension is scaled whole.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary><c>yarn</c>: whether the range between the two is widened to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary><c>longrope</c>: divisors of each frequency up to the original context, [RotaryDim / 2].</summary>
    public IReadOnlyList<double> ShortFactor { get; init; } = [];

    /// <summary><c>longrope</c>: divisors of each frequency beyond the original context, [RotaryDim / 2].</summary>
    public IReadOnlyList<double> LongFactor { get; init; } = [];

    /// <summary>What cos and sin are multiplied by; <c>yarn</c> and <c>longrope</c>.</summary>
    public double AttentionFactor { get; init; } = 1;

    /// <summary>
    /// Which set of frequencies a sequence of that many tokens has: equal numbers, equal frequencies. Where the number
    /// changes while a sequence grows, every earlier token's rotation changes too.
    /// </summary>
    public int Variant(int length) => Type switch
    {
        "longrope" => length > OriginalMaxPositionEmbeddings ? 1 : 0,
        "dynamic" => length > OriginalMaxPositionEmbeddings ? length : 0,
        _ => 0,
    };

    /// <summary>Angle per position of each pair of dimensions in a sequence of that many tokens, [RotaryDim / 2].</summary>
    public float[] InverseFrequencies(int length) => RopeFrequencies.Compute(this, length);
}
