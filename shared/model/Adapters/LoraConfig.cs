namespace LoraMesh.Model;

/// <summary>How an adapter is made, under PEFT's names.</summary>
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

    /// <summary>Module names (matched as whole last parts of a path), or the one entry <c>all-linear</c>.</summary>
    public required IReadOnlyList<string> TargetModules { get; init; }

    /// <summary>The base model's name, for whoever opens the folder.</summary>
    public string? BaseModelNameOrPath { get; init; }

    /// <summary>What B(A(x)) is multiplied by.</summary>
    public double Scale => LoraAlpha / (UseRslora ? Math.Sqrt(R) : R);

    /// <summary>Whether a module is adapted.</summary>
    public bool Targets(LinearModule module) =>
        TargetModules is [var only] && only.Equals("all-linear", StringComparison.OrdinalIgnoreCase)
        || TargetModules.Any(name => module.Path == name || module.Path.EndsWith($".{name}", StringComparison.Ordinal));
}
