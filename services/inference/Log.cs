using Microsoft.Extensions.Logging;

namespace LoraMesh.Inference;

internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Information, "{Summary}")]
    public static partial void TorchLoaded(ILogger logger, string summary);

    [LoggerMessage(601, LogLevel.Information, "Base model {Model} ({Digest}) is loaded after {Seconds:F1} s")]
    public static partial void ModelLoaded(ILogger logger, string model, string digest, double seconds);

    [LoggerMessage(602, LogLevel.Error, "{Reason}")]
    public static partial void ModelRefused(ILogger logger, string reason);

    [LoggerMessage(610, LogLevel.Error, "A step of the engine failed; the requests in it have been ended with an error")]
    public static partial void TurnFailed(ILogger logger, Exception exception);

    [LoggerMessage(611, LogLevel.Critical, "The engine's thread has ended; its model answers no more until the process is started again")]
    public static partial void EngineDied(ILogger logger, Exception exception);

    [LoggerMessage(620, LogLevel.Information, "Adapter {Adapter} ({AdapterId}) is loaded: {Bytes} bytes after {Seconds:F3} s")]
    public static partial void AdapterLoaded(ILogger logger, string adapter, string adapterId, long bytes, double seconds);

    [LoggerMessage(621, LogLevel.Information, "{Project} answers with version {Version} from now on (before: {Before})")]
    public static partial void AdapterDeployed(ILogger logger, string project, int version, int? before);

    [LoggerMessage(622, LogLevel.Error, "Adapter {Adapter} is not served: {Reason}")]
    public static partial void AdapterRefused(ILogger logger, string adapter, string reason);

    [LoggerMessage(623, LogLevel.Warning, "Adapter {Adapter} cannot be read at the moment and will be tried again: {Reason}")]
    public static partial void AdapterUnreadable(ILogger logger, string adapter, string reason);

    [LoggerMessage(624, LogLevel.Information, "Adapter {Adapter} has left memory to make room for {Newcomer}")]
    public static partial void AdapterEvicted(ILogger logger, string adapter, string newcomer);

    [LoggerMessage(625, LogLevel.Warning, "{Project} was promoted to version {Version}, but answers with version {Served}")]
    public static partial void PromotionNotFollowed(ILogger logger, string project, int version, int? served);

    [LoggerMessage(626, LogLevel.Error, "The alias object {Key} is passed over: {Reason}")]
    public static partial void AliasUnreadable(ILogger logger, string key, string reason);

    [LoggerMessage(627, LogLevel.Error, "The canary of {Project}, version {Version}, gets no more of its requests: {Reason}")]
    public static partial void CanaryEnded(ILogger logger, string project, int version, string reason);

    [LoggerMessage(630, LogLevel.Warning, "The store could not be followed and will be looked at again")]
    public static partial void PollFailed(ILogger logger, Exception exception);

    [LoggerMessage(640, LogLevel.Warning, "Batch {Batch} is worked on by nobody and is issued again, attempt {Attempt}")]
    public static partial void BatchIssuedAgain(ILogger logger, string batch, int attempt);
}
