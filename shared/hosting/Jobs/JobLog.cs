using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Jobs;

internal static partial class JobLog
{
    [LoggerMessage(100, LogLevel.Information, "Job {JobId}: attempt {Attempt} started with fence {Fence}")]
    public static partial void Started(ILogger logger, string jobId, int attempt, long fence);

    [LoggerMessage(101, LogLevel.Information, "Job {JobId} ended with {Result}")]
    public static partial void Ended(ILogger logger, string jobId, string result);

    [LoggerMessage(102, LogLevel.Information, "Job {JobId} is left to {Owner}, who holds its lease with fence {Fence}")]
    public static partial void HeldByOther(ILogger logger, string jobId, string owner, long fence);

    [LoggerMessage(103, LogLevel.Information, "Job {JobId} was not started: someone else took its lease, or its run was cancelled")]
    public static partial void NotStarted(ILogger logger, string jobId);

    [LoggerMessage(104, LogLevel.Information, "Job {JobId} was waiting when run {RunId} was cancelled")]
    public static partial void CancelledWhileQueued(ILogger logger, string jobId, string runId);

    [LoggerMessage(105, LogLevel.Warning, "Job {JobId} met a fault of its surroundings; try {Try} follows in {Seconds} s, and it fails if nothing gets better until {FailsAt}")]
    public static partial void Retried(ILogger logger, Exception exception, string jobId, int @try, double seconds, DateTimeOffset failsAt);

    [LoggerMessage(106, LogLevel.Error, "Job {JobId} met a fault of its surroundings {Tries} times and is given up")]
    public static partial void Exhausted(ILogger logger, Exception exception, string jobId, int tries);

    [LoggerMessage(107, LogLevel.Error, "Job {JobId} stopped with an unexpected exception")]
    public static partial void Faulted(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(108, LogLevel.Error, "Job {JobId} is refused: attempt {Attempt}, at most {MaxAttempts} are allowed")]
    public static partial void TooManyAttempts(ILogger logger, string jobId, int attempt, int maxAttempts);

    [LoggerMessage(109, LogLevel.Warning, "Job {JobId} lost its lease (fence {Fence}); its result is not announced")]
    public static partial void Lost(ILogger logger, string jobId, long fence);

    [LoggerMessage(110, LogLevel.Warning, "The lease of job {JobId} could not be renewed; it lapses at {ExpiresAt}")]
    public static partial void HeartbeatMissed(ILogger logger, Exception exception, string jobId, DateTimeOffset expiresAt);

    [LoggerMessage(111, LogLevel.Error, "The result of job {JobId} could not be announced or its lease not given back; control will issue it again")]
    public static partial void NotEnded(ILogger logger, Exception exception, string jobId);

    [LoggerMessage(112, LogLevel.Information, "Run {RunId} was cancelled ({Reason}); {Jobs} job(s) of it stop here")]
    public static partial void RunCancelled(ILogger logger, string runId, string reason, int jobs);

    [LoggerMessage(113, LogLevel.Error, "A message of queue {Queue} cannot be handled and lies in quarantine now")]
    public static partial void Quarantined(ILogger logger, Exception exception, string queue);

    [LoggerMessage(114, LogLevel.Warning, "A {Command} is let go: store or network stay away; control issues it again")]
    public static partial void LetGo(ILogger logger, Exception exception, string command);

    [LoggerMessage(115, LogLevel.Debug, "That job {JobId} waits could not be told")]
    public static partial void NotTold(ILogger logger, Exception exception, string jobId);
}
