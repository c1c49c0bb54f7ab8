namespace LoraMesh.Hosting.Jobs;

/// <summary>
/// <c>lm-runs/&lt;runId&gt;/jobs/&lt;jobId&gt;.lease.json</c>: who works on a job and until when it may be believed alive.
/// The object goes away when the job has ended or was given back.
/// </summary>
public sealed record JobLease
{
    /// <summary>Which process; unique to each start of it.</summary>
    public required string Owner { get; init; }

    /// <summary>Grows with every taking of the job's lease, also over releases.</summary>
    public required long Fence { get; init; }

    /// <summary>When the lease lapses unless it is renewed (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Which issue of the job is worked on; 1 for the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether the owner may still be believed alive.</summary>
    public bool IsLive(DateTimeOffset now) => now < ExpiresAt;
}
