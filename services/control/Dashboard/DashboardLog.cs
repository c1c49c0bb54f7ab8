namespace LoraMesh.Control.Dashboard;

internal static partial class DashboardLog
{
    [LoggerMessage(180, LogLevel.Warning, "Page {Page} could not be read; it tries again")]
    public static partial void PageNotRead(this ILogger log, Exception problem, string page);

    [LoggerMessage(181, LogLevel.Warning, "The playground could not ask {Address}")]
    public static partial void NotAsked(this ILogger log, Exception problem, Uri address);
}
