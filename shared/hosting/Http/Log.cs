using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Http;

internal static partial class Log
{
    [LoggerMessage(140, LogLevel.Error, "{Method} {Path} failed with an unexpected exception")]
    public static partial void Unhandled(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(141, LogLevel.Warning, "{Method} {Path} could not be answered: store, database or network are away")]
    public static partial void Weather(ILogger logger, Exception exception, string method, string path);
}
