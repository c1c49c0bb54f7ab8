using MassTransit;

namespace LoraMesh.Hosting.Jobs;

/// <summary>What a running job may use of its surroundings.</summary>
/// <param name="Identity">The job.</param>
/// <param name="Fence">Grows with every taking of the lease; writes of an older fence are refused.</param>
/// <param name="Publisher">Publishes progress events; results are returned, not published.</param>
public sealed record JobContext(JobIdentity Identity, long Fence, IPublishEndpoint Publisher);
