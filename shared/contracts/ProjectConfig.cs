namespace LoraMesh.Contracts;

/// <summary>What <c>project.yaml</c> says, defaults filled in. Keys bear the names that PEFT and transformers give them.</summary>
public sealed record ProjectConfig
{
    /// <summary>Base model: a folder name in <see cref="Buckets.Models"/>.</summary>
    public string Model { get; init; } = "loramesh-tiny";

    /// <summary>How drops become a dataset.</summary>
    public PrepConfig Prep { get; init; } = new();

    /// <summary>How the adapter is trained.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>What counts as better.</summary>
    public EvaluationConfig Evaluation { get; init; } = new();
}

/// <summary>How drops become a dataset.</summary>
public sealed record PrepConfig
{
    /// <summary>Share of rows held out, by content hash; above 0, at most 0.5.</summary>
    public double TestShare { get; init; } = 0.15;

    /// <summary>Share of read rows that must be good for the rest to be trained on; 0 to 1.</summary>
    public double MinGoodShare { get; init; } = 0.5;

    /// <summary>Fewest good rows to train on; at least 2.</summary>
    public int MinRows { get; init; } = 20;

    /// <summary>Longest row in tokens, answer included; capped by the model's context.</summary>
    public int MaxSequenceLength { get; init; } = 512;

    /// <summary>Largest dropped file in bytes.</summary>
    public long MaxFileBytes { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>Most rows of one dataset.</summary>
    public int MaxRows { get; init; } = 100_000_000;

    /// <summary>Tokens after which a token shard is closed and another begun.</summary>
    public int ShardTokens { get; init; } = 8_000_000;

    /// <summary>What is done about kinds of problems, by kind: <c>repair</c>, <c>report</c>, <c>drop</c> or <c>refuse</c>. Kinds that are not named have their own default.</summary>
    public IReadOnlyDictionary<string, string> Policies { get; init; } = new Dictionary<string, string>();

    /// <summary>Largest share of read rows, 0 to 1, that may have a kind of problem before all data are refused, by kind.</summary>
    public IReadOnlyDictionary<string, double> MaxShares { get; init; } = new Dictionary<string, double>();
}

/// <summary>What counts as better.</summary>
public sealed record EvaluationConfig
{
    /// <summary>Longest answer in tokens.</summary>
    public int MaxNewTokens { get; init; } = 96;

    /// <summary>Most held-out rows that answers are generated for; the loss is taken over all.</summary>
    public int MaxRows { get; init; } = 1000;

    /// <summary>Confidence of the paired test that a promotion needs; above 0.5, below 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Smallest exact match that may be promoted; 0 to 1.</summary>
    public double MinExactMatch { get; init; }
}
