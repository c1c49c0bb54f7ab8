namespace LoraMesh.Metrics.Likelihoods;

/// <summary>How likely a model found one text.</summary>
/// <param name="LogLikelihood">Natural logarithm of its probability, at most 0.</param>
/// <param name="Text">The text, whose words and bytes are counted.</param>
/// <param name="IsGreedy">Whether every token of it was the likeliest one; null where that is not known.</param>
public sealed record LikelihoodItem(double LogLikelihood, string Text, bool? IsGreedy = null);
