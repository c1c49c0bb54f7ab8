namespace LoraMesh.Trainer.Sweeps;

/// <summary>What became of a trial.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Values">What was set otherwise, by key, as JSON.</param>
/// <param name="State"><c>trained</c>, <c>stopped</c> (by the median) or <c>failed</c>.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Metric">Best figure; null where nothing was measured.</param>
/// <param name="BestStep">Step of the best figure.</param>
/// <param name="Reason">Why it failed.</param>
public sealed record TrialOutcome(int Number, IReadOnlyDictionary<string, string> Values, string State, int Steps, double? Metric, int? BestStep, string? Reason)
{
    /// <summary>Folder of its adapter below that of the sweep; there only if it was trained to its end.</summary>
    public string Folder => $"trial-{Number:D3}";

    /// <summary>SHA-256 of all its settings, by which it is known again.</summary>
    public required string SettingsSha256 { get; init; }

    /// <summary>Measurements by step.</summary>
    public IReadOnlyList<TrialPoint> Curve { get; init; } = [];
}

/// <summary>A measurement.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Figure">The figure.</param>
public sealed record TrialPoint(int Step, double Figure);
