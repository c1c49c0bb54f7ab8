namespace LoraMesh.Evaluator;

/// <summary>Log texts of the evaluator; ids from 400.</summary>
internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Information, "Run {RunId}: {Decision}: {Reason}")]
    internal static partial void Evaluated(this ILogger logger, string runId, string decision, string reason);

    [LoggerMessage(402, LogLevel.Warning, "Run {RunId}: what is measured so far cannot be kept, and would be measured again: {Problem}")]
    internal static partial void StateNotKept(this ILogger logger, string runId, string problem);

    [LoggerMessage(401, LogLevel.Warning, "The champion {Project}/{AdapterId} is not compared with, since it is not trusted ({Code}): {Reason}")]
    internal static partial void ChampionUntrusted(this ILogger logger, string project, string adapterId, string code, string reason);

    [LoggerMessage(402, LogLevel.Information, "Run {RunId} was evaluated before; its report is announced again")]
    internal static partial void AlreadyEvaluated(this ILogger logger, string runId);
}
