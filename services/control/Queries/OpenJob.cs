using LoraMesh.Control.Registry.Rows;
using LoraMesh.Hosting.Jobs;

namespace LoraMesh.Control.Queries;

/// <summary>A job that has not been answered.</summary>
/// <param name="Job">The job.</param>
/// <param name="Project">Project of its run.</param>
/// <param name="IsStalled">Whether no living worker has held it for more than a minute.</param>
/// <param name="Lease">Lease of the worker that holds it; null while it waits.</param>
public sealed record OpenJob(JobRow Job, string Project, bool IsStalled, JobLease? Lease);
