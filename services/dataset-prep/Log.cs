namespace LoraMesh.DatasetPrep;

/// <summary>What dataset-prep logs; event ids 200 to 299.</summary>
internal static partial class Log
{
    [LoggerMessage(200, LogLevel.Information, "Dataset {DatasetId} of run {RunId}: {TrainRows} rows to train on, {TestRows} held out, {RejectedRows} refused, {Duplicates} duplicates")]
    public static partial void Prepared(this ILogger logger, string runId, string datasetId, int trainRows, int testRows, int rejectedRows, int duplicates);

    [LoggerMessage(201, LogLevel.Information, "Dataset {DatasetId} of run {RunId} is there already, whole")]
    public static partial void Found(this ILogger logger, string runId, string datasetId);

    [LoggerMessage(202, LogLevel.Warning, "The drops of run {RunId} are rejected ({Code}): {Reason}")]
    public static partial void Rejected(this ILogger logger, string runId, string code, string reason);
}
