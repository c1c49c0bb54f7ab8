namespace LoraMesh.Contracts;

/// <summary>A worker that is told to end gave its job back with what it checkpointed; another one may go on at once.</summary>
public sealed record JobReleased
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The attempt that the worker held; it does not count as lost.</summary>
    public required int Attempt { get; init; }
}
