namespace LoraMesh.Hosting.Jobs;

/// <summary>A lease that this process took.</summary>
/// <param name="Identity">The job.</param>
/// <param name="Fence">Fence of this taking.</param>
/// <param name="ExpiresAt">When it lapses unless it is renewed (UTC).</param>
public sealed record HeldLease(JobIdentity Identity, long Fence, DateTimeOffset ExpiresAt);
