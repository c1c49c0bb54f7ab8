using LoraMesh.Contracts;

namespace LoraMesh.Control.Queries;

/// <summary>Some runs, newest first.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Newer">What <see cref="RunFilter.After"/> asks newer ones with; null where there are none.</param>
/// <param name="Older">What <see cref="RunFilter.Before"/> asks older ones with; null where there are none.</param>
public sealed record RunPage(IReadOnlyList<RunView> Runs, long? Newer, long? Older);
