using System.Globalization;
using LoraMesh.Contracts;

namespace LoraMesh.CommandLine.Display;

/// <summary>The words in which stages and figures are told.</summary>
public static class StageText
{
    /// <summary>How far a stage has come, with loss, speed and time left.</summary>
    public static string Progress(RunProgress progress)
    {
        if (progress.Waiting is { } reason)
        {
            return $"waits for {reason}";
        }

        var unit = progress.Stage == RunStates.Training ? "steps" : "rows";
        var text = $"{Count(progress.Done)}/{Count(progress.Total)} {unit}";
        if (progress.Loss is { } loss)
        {
            text += $", loss {Number(loss, 3)}";
        }

        if (progress.TokensPerSecond is { } speed)
        {
            text += $", {Count((long)speed)} tokens/s";
        }

        if (progress.Done < progress.Total)
        {
            text += $", {Duration(progress.SecondsLeft)} left";
        }

        return progress.ResumedFromStep is > 0 and { } step ? $"{text}, resumed from step {Count(step)}" : text;
    }

    /// <summary>Row counts in words.</summary>
    public static string Rows(RunRows rows) =>
        $"{Count(rows.Train)} rows to train on, {Count(rows.Test)} held out, {Count(rows.Rejected)} rejected";

    /// <summary>A share with its standard error, as percentages.</summary>
    public static string Share(double share, double stderr) => $"{Number(share * 100, 1)} % ± {Number(stderr * 100, 1)}";

    /// <summary>A number with fixed decimals.</summary>
    public static string Number(double value, int decimals) => value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>A whole number with thousands separated.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Seconds as people say them: <c>42 s</c>, <c>3 min 05 s</c>, <c>2 h 10 min</c>.</summary>
    public static string Duration(double seconds)
    {
        var whole = (long)Math.Max(0, Math.Round(seconds));
        return whole switch
        {
            < 60 => $"{whole} s",
            < 3600 => $"{whole / 60} min {whole % 60:00} s",
            _ => $"{whole / 3600} h {whole % 3600 / 60:00} min",
        };
    }

    /// <summary>Bytes as people say them.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} bytes",
        < 1024 * 1024 => $"{Number(bytes / 1024.0, 1)} KiB",
        _ => $"{Number(bytes / 1024.0 / 1024.0, 1)} MiB",
    };
}
