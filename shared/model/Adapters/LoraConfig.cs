namespace LoraMesh.Model;

/// <summary>How an adapter is made, under PEFT's names and with PEFT's defaults.</summary>
public sealed record LoraConfig
{
    /// <summary>Rank; at least 1.</summary>
    public required int R { get; init; }

    /// <summary>Numerator of the scale.</summary>
    public required double LoraAlpha { get; init; }

    /// <summary>Share of inputs dropped while training; 0 up to, not including, 1.</summary>
    public double LoraDropout { get; init; }

    /// <summary>Whether the scale is alpha / √r (Kalajdzievski, 2023, arXiv 2312.03732) instead of alpha / r.</summary>
    public bool UseRslora { get; init; }

    /// <summary>Whether every row of a weight has a trained magnitude (DoRA; Liu et al., 2024, arXiv 2402.09353).</summary>
    public bool UseDora { get; init; }

    /// <summary>
    /// Module names (matched as whole last parts of a path), or the one entry <c>all-linear</c>. Without names and without
    /// a <see cref="TargetPattern"/>: the modules that PEFT targets in the model's family.
    /// </summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>A regular expression over whole module paths, instead of <see cref="TargetModules"/>.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Module names that are not adapted, matched as <see cref="TargetModules"/> are.</summary>
    public IReadOnlyList<string> ExcludeModules { get; init; } = [];

    /// <summary>A regular expression over whole paths of modules that are not adapted, instead of <see cref="ExcludeModules"/>.</summary>
    public string? ExcludePattern { get; init; }

    /// <summary>Numbers of the layers that are adapted; empty for all. Only with names, not with a pattern.</summary>
    public IReadOnlyList<int> LayersToTransform { get; init; } = [];

    /// <summary>Names of the lists of layers that <see cref="LayersToTransform"/> counts in; empty for any.</summary>
    public IReadOnlyList<string> LayersPattern { get; init; } = [];

    /// <summary>Ranks of modules whose path ends in the key, a regular expression; the first that fits counts.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> RankPattern { get; init; } = [];

    /// <summary>The same for <see cref="LoraAlpha"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];

    /// <summary>Modules that are trained and stored whole: every module whose path ends in one of these.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>Token ids whose rows are trained, by the embedding or head module that holds them.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<int>>> TrainableTokenIndices { get; init; } = [];

    /// <summary>Biases of the base model that are trained: <c>none</c>, <c>lora_only</c> or <c>all</c>.</summary>
    public string Bias { get; init; } = "none";

    /// <summary>Whether B has a bias of its own.</summary>
    public bool LoraBias { get; init; }

    /// <summary>How the matrices begin: <c>true</c>, <c>gaussian</c>, <c>olora</c>, <c>pissa</c> or <c>pissa_niter_N</c>.</summary>
    public string InitLoraWeights { get; init; } = "true";

    /// <summary>The base model's name, for whoever opens the folder.</summary>
    public string? BaseModelNameOrPath { get; init; }

    /// <summary>What B(A(x)) is multiplied by, for a rank and an alpha.</summary>
    public double Scale(int rank, double alpha) => alpha / (UseRslora ? Math.Sqrt(rank) : rank);
}
