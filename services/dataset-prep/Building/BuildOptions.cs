using LoraMesh.DatasetPrep.Cleaning.Toxicity;
using LoraMesh.DatasetPrep.Pipeline;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>How a dataset is built; nothing here but <see cref="Toxicity"/> changes a byte of it.</summary>
public sealed record BuildOptions
{
    /// <summary>Threads that parse and tokenize; at least 1, by default the machine's processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Is told how far the work is, some times a second, on the building thread; null for nobody.</summary>
    public Action<PrepProgress>? Progress { get; init; }

    /// <summary>The operator's classifier of toxic texts; null for none.</summary>
    public ToxicitySettings? Toxicity { get; init; }

    /// <summary>Measures the time that progress tells of.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
