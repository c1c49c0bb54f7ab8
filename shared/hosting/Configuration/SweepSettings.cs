using LoraMesh.Contracts;

namespace LoraMesh.Hosting.Configuration;

/// <summary>What a search over settings tries.</summary>
/// <param name="Trials">The trials, in their order.</param>
/// <param name="StopsByMedian">Whether a trial ends early that is worse than half of those before it.</param>
public sealed record SweepSettings(IReadOnlyList<SweepTrial> Trials, bool StopsByMedian);

/// <summary>One trial.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Values">What is set otherwise, by key, as JSON.</param>
/// <param name="Config">All settings.</param>
public sealed record SweepTrial(int Number, IReadOnlyDictionary<string, string> Values, TrainingConfig Config);
