using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Inbox;

internal static partial class InboxLog
{
    [LoggerMessage(130, LogLevel.Warning, "{Inbox} cannot be watched; drops are found when it is listed")]
    public static partial void NotWatched(ILogger logger, Exception exception, string inbox);

    [LoggerMessage(131, LogLevel.Warning, "Some changes in {Inbox} were missed; they are found when it is listed")]
    public static partial void Missed(ILogger logger, Exception exception, string inbox);

    [LoggerMessage(132, LogLevel.Warning, "The file {Path} is left out: {Reason}")]
    public static partial void Skipped(ILogger logger, string path, string reason);
}
