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
    public long MaxFileBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Most rows of one dataset.</summary>
    public int MaxRows { get; init; } = 1_000_000;
}

/// <summary>How the adapter is trained.</summary>
public sealed record TrainingConfig
{
    /// <summary>Rank of the adapter matrices; 1 to 512.</summary>
    public int R { get; init; } = 32;

    /// <summary>Scale numerator: the update is multiplied by lora_alpha / r (lora_alpha / √r with rsLoRA).</summary>
    public double LoraAlpha { get; init; } = 64;

    /// <summary>Share of inputs to A that is dropped while training; 0 up to, not including, 1.</summary>
    public double LoraDropout { get; init; } = 0.1;

    /// <summary>Whether the scale is lora_alpha / √r.</summary>
    public bool UseRslora { get; init; }

    /// <summary>Names of the linear layers to adapt, or the one entry <c>all-linear</c>.</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = ["all-linear"];

    /// <summary>Peak learning rate. The default suits the small model that ships; 1e-4 to 2e-4 is usual for billions of weights.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary><c>linear</c>, <c>cosine</c> or <c>constant</c>, after warm-up.</summary>
    public string LrSchedulerType { get; init; } = "cosine";

    /// <summary>Share of steps over which the rate rises from 0; 0 to 1.</summary>
    public double WarmupRatio { get; init; } = 0.05;

    /// <summary>Times that every training row is seen; 0 for about 400 steps, at least 3 and at most 20 times.</summary>
    public double NumTrainEpochs { get; init; }

    /// <summary>Most optimiser steps; 0 means as many as the epochs ask for.</summary>
    public int MaxSteps { get; init; }

    /// <summary>Tokens per micro-batch, filled by packing whole rows.</summary>
    public int TokensPerBatch { get; init; } = 1024;

    /// <summary>Micro-batches per optimiser step; the loss is the mean over all their supervised tokens.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>AdamW decay on every trainable tensor.</summary>
    public double WeightDecay { get; init; }

    /// <summary>AdamW β1.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>AdamW β2.</summary>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>AdamW ε.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>Gradients are scaled down to this total norm; 0 means never.</summary>
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>Seed of initial weights and row order.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Whether rows are shuffled anew in every epoch; otherwise file order.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Seconds between checkpoints.</summary>
    public double CheckpointSeconds { get; init; } = 5;
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
