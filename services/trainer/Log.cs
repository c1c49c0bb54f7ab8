namespace LoraMesh.Trainer;

/// <summary>Log texts of the trainer; ids from 300.</summary>
internal static partial class Log
{
    [LoggerMessage(300, LogLevel.Information, "Run {RunId}: adapter {AdapterId} lies ready already")]
    internal static partial void AlreadyTrained(this ILogger logger, string runId, string adapterId);

    [LoggerMessage(301, LogLevel.Information, "Run {RunId}: training adapter {AdapterId} from step {Step}")]
    internal static partial void Starting(this ILogger logger, string runId, string adapterId, int step);

    [LoggerMessage(303, LogLevel.Warning, "Run {RunId}: {Warning}")]
    internal static partial void Odd(this ILogger logger, string runId, string warning);

    [LoggerMessage(302, LogLevel.Information, "Run {RunId}: adapter {AdapterId} trained in {Steps} steps, last loss {Loss}")]
    internal static partial void Trained(this ILogger logger, string runId, string adapterId, int steps, double loss);
}
