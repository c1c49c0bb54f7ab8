using System.Globalization;
using LoraMesh.Contracts;

namespace LoraMesh.Control.Dashboard;

/// <summary>Numbers and times as people read them.</summary>
internal static class Format
{
    private const double TwoSided95 = 1.959964;

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Machine(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Ago(TimeSpan past) => past switch
    {
        { TotalSeconds: < 5 } => "just now",
        { TotalMinutes: < 1 } => $"{past.TotalSeconds:0} s ago",
        { TotalHours: < 1 } => $"{past.TotalMinutes:0} min ago",
        { TotalDays: < 1 } => $"{past.TotalHours:0} h ago",
        _ => string.Create(CultureInfo.InvariantCulture, $"{past.TotalDays:0} d ago"),
    };

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.0} s"),
        { TotalMinutes: < 1 } => $"{time.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{time.Minutes} min {time.Seconds:00} s",
        { TotalDays: < 1 } => $"{time.Hours} h {time.Minutes:00} min",
        _ => $"{(int)time.TotalDays} d {time.Hours} h",
    };

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
        var (size, unit) = ((double)bytes, 0);
        while (size >= 1024 && unit < units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {units[unit]}");
    }

    public static string Number(double value) => value switch
    {
        0 => "0",
        _ when !double.IsFinite(value) => "not a number",
        _ when Math.Abs(value) is >= 1e6 or < 1e-3 => value.ToString("0.##e+0", CultureInfo.InvariantCulture),
        _ when Math.Abs(value) >= 100 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    /// <summary>A share with its 95 % interval, such as <c>95.7 % ± 2.5</c>.</summary>
    public static string Percent(double share, double stderr) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} % ± {100 * HalfWidth(stderr):0.0}");

    public static string Figure(MetricFigure figure, bool isShare) => (figure.Stderr, isShare) switch
    {
        ({ } stderr, true) => Percent(figure.Value, stderr),
        (null, true) => Percent(figure.Value),
        ({ } stderr, false) => $"{Number(figure.Value)} ± {Number(HalfWidth(stderr))}",
        _ => Number(figure.Value),
    };

    /// <summary>Half the width of the two-sided 95 % interval.</summary>
    public static double HalfWidth(double stderr) => TwoSided95 * stderr;

    public static string Short(string id, int length = 12) => id.Length <= length ? id : id[..length];
}
