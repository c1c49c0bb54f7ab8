namespace LoraMesh.Hosting.Jobs;

/// <summary>
/// The work behind one command. It may run twice, die anywhere, or run beside its twin: it writes the same bytes
/// under the same names each time, and ends by giving the event that announces the result.
/// </summary>
/// <typeparam name="TCommand">The command, a record of LoraMesh.Contracts.</typeparam>
public interface IJob<TCommand>
    where TCommand : class
{
    /// <summary>Does the work. Bad data or configuration is an event (…Rejected, …Failed), never an exception.</summary>
    /// <returns>The event to publish before the lease is released.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; what was checkpointed stays.</exception>
    Task<object> RunAsync(TCommand command, JobContext context, CancellationToken cancellationToken);

    /// <summary>Names the run and the job of a command.</summary>
    JobIdentity Identify(TCommand command);

    /// <summary>The event that says that the job cannot be done, for an exception that outlived its retries.</summary>
    object Fail(TCommand command, string code, string reason);
}
