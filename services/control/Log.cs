namespace LoraMesh.Control;

/// <summary>What control logs; event ids 100 to 199.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Run {RunId} of {Project} is {State} (attempt {Attempt}){Because}")]
    public static partial void RunChanged(this ILogger log, string runId, string project, string state, int attempt, string because);

    [LoggerMessage(101, LogLevel.Debug, "{Message} for run {RunId} changed nothing: {Why}")]
    public static partial void MessageIgnored(this ILogger log, string message, string runId, string why);

    [LoggerMessage(102, LogLevel.Information, "Run {RunId} of {Project} starts with {Inputs} files")]
    public static partial void RunStarted(this ILogger log, string runId, string project, int inputs);

    [LoggerMessage(103, LogLevel.Warning, "Run {RunId} of {Project} was rejected ({Code}): {Reason}")]
    public static partial void RunRejected(this ILogger log, string runId, string project, string code, string reason);

    [LoggerMessage(110, LogLevel.Warning, "Job {JobId} has no live worker: {Why}")]
    public static partial void JobLost(this ILogger log, string jobId, string why);

    [LoggerMessage(111, LogLevel.Warning, "Lease {Key} cannot be read and counts as absent: {Problem}")]
    public static partial void LeaseUnreadable(this ILogger log, string key, string problem);

    [LoggerMessage(120, LogLevel.Warning, "Outbox entry {Kind} {Target} of {Lane} failed {Failures} times; next try in {Seconds} s")]
    public static partial void OutboxFailed(this ILogger log, Exception problem, string kind, string target, string lane, int failures, double seconds);

    [LoggerMessage(130, LogLevel.Error, "A round of the {Loop} loop failed; the next one follows")]
    public static partial void LoopFailed(this ILogger log, Exception problem, string loop);

    [LoggerMessage(140, LogLevel.Information, "Version {Version} of {Project} was made champion by hand: {Why}")]
    public static partial void PromotedByHand(this ILogger log, int version, string project, string why);

    [LoggerMessage(150, LogLevel.Information, "Garbage (dry run: {DryRun}): {Blobs} blobs of {Bytes} bytes that nothing refers to; {Kept} kept, {Spared} spared")]
    public static partial void GarbageCollected(this ILogger log, bool dryRun, long blobs, long bytes, long kept, long spared);

    [LoggerMessage(160, LogLevel.Warning, "Webhook {Name} did not take its delivery (failure {Failures}: {Result}); next try in {Seconds} s")]
    public static partial void WebhookFailed(this ILogger log, string name, int failures, string result, double seconds);

    [LoggerMessage(161, LogLevel.Error, "Webhook {Name} is not told of entry {Entry} ({What}) any more: {Result}")]
    public static partial void WebhookGivenUp(this ILogger log, string name, long entry, string what, string result);

    [LoggerMessage(170, LogLevel.Warning, "The registry was empty and is made again from the store: {Runs} runs, {Aliases} aliases, {Drops} drops, {Entries} entries of the audit trail")]
    public static partial void RegistryRebuilt(this ILogger log, int runs, int aliases, int drops, int entries);

    [LoggerMessage(171, LogLevel.Warning, "{Key} cannot be read and is left out: {Problem}")]
    public static partial void RecordUnreadable(this ILogger log, string key, string problem);

    [LoggerMessage(131, LogLevel.Warning, "The drops of {Project} cannot be read; its run waits")]
    public static partial void ProjectNotRead(this ILogger log, Exception problem, string project);
}
