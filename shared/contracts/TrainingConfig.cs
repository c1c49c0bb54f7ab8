using System.Text.Json.Serialization;

namespace LoraMesh.Contracts;

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

    /// <summary>
    /// Names of the modules to adapt (whole last parts of their paths), the one entry <c>all-linear</c>, or one regular
    /// expression that matches whole paths.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = ["all-linear"];

    /// <summary>Peak learning rate. The default suits the small model that ships; 1e-4 to 2e-4 is usual for billions of weights.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Course of the rate under transformers' names; <c>constant</c> has no warm-up, every other one has.</summary>
    public string LrSchedulerType { get; init; } = "cosine";

    /// <summary>Share of steps over which the rate rises from 0; 0 to 1. A single step is never spent on it.</summary>
    public double WarmupRatio { get; init; } = 0.05;

    /// <summary>Times that every training row is seen; 0 for about 400 steps, at least 3 and at most 20 times.</summary>
    public double NumTrainEpochs { get; init; }

    /// <summary>Optimiser steps, whatever <see cref="NumTrainEpochs"/> says; 0 means as many as the epochs ask for.</summary>
    public int MaxSteps { get; init; }

    /// <summary>Tokens per micro-batch, filled by packing whole rows; unused with <see cref="PerDeviceTrainBatchSize"/>.</summary>
    public int TokensPerBatch { get; init; } = 1024;

    /// <summary>Micro-batches per optimiser step; the loss is the mean over all their supervised tokens.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>AdamW decay, on every trainable tensor alike: biases, norms and magnitudes too, where they are trained.</summary>
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

    // What follows joined later: left out of the JSON at its default, so that older configurations keep their bytes and addresses.

    /// <summary>Whether the weight is split into direction and a trained magnitude (DoRA).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool UseDora { get; init; }

    /// <summary>Biases of the base model to train: <c>none</c> (the default), <c>lora_only</c> or <c>all</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Bias { get; init; }

    /// <summary>Whether B has a bias of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool LoraBias { get; init; }

    /// <summary>Ranks of their own for modules whose path ends in the key (a regular expression); the first that fits counts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyDictionary<string, int>? RankPattern { get; init; }

    /// <summary>The same for <see cref="LoraAlpha"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyDictionary<string, double>? AlphaPattern { get; init; }

    /// <summary>Modules not to adapt: names, or one regular expression over whole paths.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<string>? ExcludeModules { get; init; }

    /// <summary>Numbers of the layers to adapt, from 0; null for all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<int>? LayersToTransform { get; init; }

    /// <summary>Names of the list of layers that <see cref="LayersToTransform"/> counts in, such as <c>layers</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<string>? LayersPattern { get; init; }

    /// <summary>Modules that are trained and stored whole, such as <c>lm_head</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<string>? ModulesToSave { get; init; }

    /// <summary>Token ids whose embeddings are trained, by embedding module.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? TrainableTokenIndices { get; init; }

    /// <summary>How the matrices begin: <c>true</c> (the default), <c>false</c>, <c>gaussian</c>, <c>olora</c>, <c>pissa</c> or <c>pissa_niter_N</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? InitLoraWeights { get; init; }

    /// <summary>Whether what is trained of a tied embedding is tied to the head too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EnsureWeightTying { get; init; }

    /// <summary>
    /// Warm-up as in transformers 5: below 1 a share of all steps, else a number of steps; null for <see cref="WarmupRatio"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? WarmupSteps { get; init; }

    /// <summary>What the course of the rate takes beside.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LrSchedulerKwargs? LrSchedulerKwargs { get; init; }

    /// <summary>Rows (or pairs) per micro-batch; null to pack rows up to <see cref="TokensPerBatch"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? PerDeviceTrainBatchSize { get; init; }

    /// <summary>Whether the last micro-batch of an epoch is left out where it is not full.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DataloaderDropLast { get; init; }

    /// <summary>
    /// Share of the target that is spread over the vocabulary; 0 up to, not including, 1. The loss stays the mean over the tokens
    /// of the whole accumulated batch, where transformers' Trainer (5.12) adds up the means of the micro-batches.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double LabelSmoothingFactor { get; init; }

    /// <summary>Whether products with the base weights run in bfloat16.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Bf16 { get; init; }

    /// <summary>DPO: how strongly the policy is held to the reference; null for 0.1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? Beta { get; init; }

    /// <summary>DPO: <c>sigmoid</c> (the default), <c>hinge</c> or <c>ipo</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? LossType { get; init; }

    /// <summary>DPO: share of pairs supposed to be the wrong way round; 0 up to 0.5.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double LabelSmoothing { get; init; }

    /// <summary>When rows held out of training are measured: <c>no</c> (the default), <c>steps</c> or <c>epoch</c>; after the last step in any case but <c>no</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? EvalStrategy { get; init; }

    /// <summary>With <c>steps</c>: optimiser steps between two measurements; below 1 a share of all steps.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? EvalSteps { get; init; }

    /// <summary>
    /// Share of training rows, 0 to 0.5, that are held out to be measured; null for 0.05. They are apart from those that the
    /// verdict is taken on, which a choice among checkpoints must not see.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? ValSetSize { get; init; }

    /// <summary>Whether the adapter is the one of the best measurement, not that of the last step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool LoadBestModelAtEnd { get; init; }

    /// <summary>Which figure tells the best: <c>eval_loss</c> (the default), <c>eval_mean_token_accuracy</c>, or of pairs <c>eval_rewards/accuracies</c> or <c>eval_rewards/margins</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? MetricForBestModel { get; init; }

    /// <summary>Whether more of it is better; null for yes unless it is a loss.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool? GreaterIsBetter { get; init; }

    /// <summary>Measurements without gain after which training ends; null for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>How much better than the best a measurement must be to count as gain.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double EarlyStoppingThreshold { get; init; }

    /// <summary>Noise on embeddings while training (NEFTune); 0 for none, 5 is usual.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double NeftuneNoiseAlpha { get; init; }

    /// <summary>
    /// Whether every layer keeps its input only and is computed again on the way back, which takes about a third more time and
    /// changes no bit; null for as many layers as the memory asks for.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool? GradientCheckpointing { get; init; }

    /// <summary>Whether linear layers of the frozen base are held in 8 bits a weight while training.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonPropertyName("load_in_8bit")]
    public bool LoadIn8bit { get; init; }

    /// <summary>Whether linear layers of the frozen base are held in 4 bits a weight (NF4) while training, as in QLoRA.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonPropertyName("load_in_4bit")]
    public bool LoadIn4bit { get; init; }

    /// <summary>With 4 bits: whether scales are held in 8 bits, which saves 0.37 bits a weight.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonPropertyName("bnb_4bit_use_double_quant")]
    public bool Bnb4bitUseDoubleQuant { get; init; }

    /// <summary>LoRA+: what the rate of B is multiplied by; null for 1, 16 is what its authors advise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? LoraplusLrRatio { get; init; }

    /// <summary>LoRA+: rate of pairs over an embedding; null for 1e-6.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? LoraplusLrEmbedding { get; init; }

    /// <summary>
    /// <c>champion</c> to go on training the project's champion, whose own settings of the adapter count then; a project without one
    /// begins afresh. Null for a fresh adapter.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? AdapterNameOrPath { get; init; }
}

/// <summary>What the course of the learning rate takes beside, under transformers' names; null for the course's own default.</summary>
public sealed record LrSchedulerKwargs
{
    /// <summary>Waves of a cosine, or its restarts.</summary>
    public double? NumCycles { get; init; }

    /// <summary>Lowest rate.</summary>
    public double? MinLr { get; init; }

    /// <summary>Lowest rate as a share of the peak.</summary>
    public double? MinLrRate { get; init; }

    /// <summary>First rate of the warm-up as a share of the peak.</summary>
    public double? WarmupLrRate { get; init; }

    /// <summary>Last rate.</summary>
    public double? LrEnd { get; init; }

    /// <summary>Power of the polynomial.</summary>
    public double? Power { get; init; }

    /// <summary>Steps in which the inverse root falls to 1/√2.</summary>
    public int? Timescale { get; init; }

    /// <summary>Steps of the decay.</summary>
    public int? NumDecaySteps { get; init; }

    /// <summary>Steps between warm-up and decay.</summary>
    public int? NumStableSteps { get; init; }

    /// <summary><c>linear</c>, <c>cosine</c> or <c>1-sqrt</c>.</summary>
    public string? WarmupType { get; init; }

    /// <summary><c>cosine</c>, <c>linear</c> or <c>1-sqrt</c>.</summary>
    public string? DecayType { get; init; }

    /// <summary>Lowest rate as a share of the peak.</summary>
    public double? MinLrRatio { get; init; }
}
