namespace LoraMesh.Metrics;

/// <summary>One figure over all rows, as lm-evaluation-harness names and computes it.</summary>
/// <param name="Name">The harness's key, such as <c>acc_norm</c>.</param>
/// <param name="Value">The figure; its unit depends on the name (shares are 0 to 1, BLEU and chrF 0 to 100).</param>
/// <param name="StandardError">How far it may be off by the choice of rows; null where none is defined.</param>
/// <param name="HigherIsBetter">Which way is better.</param>
public sealed record MetricValue(string Name, double Value, double? StandardError, bool HigherIsBetter);
