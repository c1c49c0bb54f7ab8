using LoraMesh.Model;

namespace LoraMesh.Inference.Engine;

/// <summary>Log probabilities at one place of an answer.</summary>
/// <param name="Chosen">The token that was taken.</param>
/// <param name="Top">The likeliest tokens there, likeliest first; as many as were asked for.</param>
public sealed record TokenScores(TokenLogProbability Chosen, IReadOnlyList<TokenLogProbability> Top);
