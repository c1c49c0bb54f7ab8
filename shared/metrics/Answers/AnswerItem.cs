namespace LoraMesh.Metrics.Answers;

/// <summary>One answer of a model, and what would have been right.</summary>
/// <param name="Prediction">The answer.</param>
/// <param name="References">Right answers, at least one; the one that fits best counts.</param>
public sealed record AnswerItem(string Prediction, IReadOnlyList<string> References);
