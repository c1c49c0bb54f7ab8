using Microsoft.Extensions.Logging;

namespace LoraMesh.Hosting.Http;

internal static partial class Log
{
    [LoggerMessage(140, LogLevel.Error, "{Method} {Path} failed with an unexpected exception")]
    public static partial void Unhandled(ILogger logger, Exception exception, string method, string path);
}
