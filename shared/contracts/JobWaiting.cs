namespace LoraMesh.Contracts;

/// <summary>A job cannot go on because of its surroundings (a full disk, a store that is away); its worker tries again by itself. The newest one counts.</summary>
public sealed record JobWaiting
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>What it waits for, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Seconds until the next try.</summary>
    public required double SecondsToNextTry { get; init; }

    /// <summary>When the job fails if nothing gets better (UTC).</summary>
    public required DateTimeOffset FailsAt { get; init; }
}
