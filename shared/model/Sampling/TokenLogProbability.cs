namespace LoraMesh.Model;

/// <summary>A token and the natural logarithm of the probability that the model itself gives it.</summary>
/// <param name="Id">The token.</param>
/// <param name="LogProbability">0 or below.</param>
public readonly record struct TokenLogProbability(int Id, float LogProbability);
