namespace LoraMesh.Control.Dashboard;

internal static partial class DashboardLog
{
    [LoggerMessage(180, LogLevel.Warning, "Page {Page} could not be read; it tries again")]
    public static partial void PageNotRead(this ILogger log, Exception problem, string page);
}
