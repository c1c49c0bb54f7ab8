namespace LoraMesh.Control.Pipeline;

// What control tells a run itself, beside the events of the workers.

/// <summary>Someone ends the run.</summary>
/// <param name="Reason">Why.</param>
public sealed record CancelRun(string Reason);

/// <summary>A person promotes the adapter of a held run.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record ApproveRun(string By, string Reason);

/// <summary>A person refuses the adapter of a held run.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record RejectRun(string By, string Reason);

/// <summary>The worker that held the job let its lease expire.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Attempt">The attempt that was lost; a later one is not touched.</param>
public sealed record WorkerLost(string JobId, int Attempt);

/// <summary>No worker took the job, or nobody knows whether its command still exists: it is issued again.</summary>
/// <param name="JobId">The job.</param>
public sealed record CommandUnanswered(string JobId);

/// <summary>The stage took longer than it may.</summary>
/// <param name="JobId">The job of the stage.</param>
/// <param name="Allowed">How long it may take.</param>
public sealed record DeadlinePassed(string JobId, TimeSpan Allowed);

/// <summary>The result of a job is not what its message says.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record ResultRefused(string JobId, string Problem);
