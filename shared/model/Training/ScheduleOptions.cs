namespace LoraMesh.Model;

/// <summary>What a schedule takes beside peak and steps, under the names of transformers' <c>lr_scheduler_kwargs</c>; null for its default.</summary>
public sealed record ScheduleOptions
{
    /// <summary>Waves of the cosine: 0.5 (down once) for <c>cosine</c> and its kin, restarts: 1 for <c>cosine_with_restarts</c>.</summary>
    public double? NumCycles { get; init; }

    /// <summary>Lowest rate of <c>cosine_with_min_lr</c>; that or <see cref="MinLrRate"/>.</summary>
    public double? MinLr { get; init; }

    /// <summary>The same as a share of the peak.</summary>
    public double? MinLrRate { get; init; }

    /// <summary>First rate of <c>cosine_warmup_with_min_lr</c> as a share of the peak; default 1 / warm-up steps.</summary>
    public double? WarmupLrRate { get; init; }

    /// <summary>Last rate of <c>polynomial</c>: 1e-7.</summary>
    public double? LrEnd { get; init; }

    /// <summary>Power of <c>polynomial</c>: 1.</summary>
    public double? Power { get; init; }

    /// <summary>Steps of <c>inverse_sqrt</c> in which the rate falls to 1/√2: the warm-up, or 10,000 without one.</summary>
    public int? Timescale { get; init; }

    /// <summary>Steps of the last part of <c>warmup_stable_decay</c>.</summary>
    public int? NumDecaySteps { get; init; }

    /// <summary>Steps of its middle part: what warm-up and decay leave.</summary>
    public int? NumStableSteps { get; init; }

    /// <summary>Its rise: <c>linear</c>, <c>cosine</c> or <c>1-sqrt</c>.</summary>
    public string? WarmupType { get; init; }

    /// <summary>Its fall: <c>cosine</c>, <c>linear</c> or <c>1-sqrt</c>.</summary>
    public string? DecayType { get; init; }

    /// <summary>Its lowest rate as a share of the peak: 0.</summary>
    public double? MinLrRatio { get; init; }
}
