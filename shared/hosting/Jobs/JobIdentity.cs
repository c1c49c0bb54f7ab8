namespace LoraMesh.Hosting.Jobs;

/// <summary>Which job of which run a command speaks of.</summary>
/// <param name="RunId">The run.</param>
/// <param name="JobId">The job; the same over all attempts.</param>
/// <param name="Attempt">1 for the first issue.</param>
public sealed record JobIdentity(string RunId, string JobId, int Attempt);
