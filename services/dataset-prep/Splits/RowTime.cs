using System.Globalization;

namespace LoraMesh.DatasetPrep.Splits;

/// <summary>Times as rows have them.</summary>
internal static class RowTime
{
    // Larger numbers are milliseconds: as seconds they would lie beyond the year 5000.
    private const long LargestSeconds = 100_000_000_000;

    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF"];

    /// <summary>A date or time of ISO 8601 (UTC where it names no zone), or seconds or milliseconds since 1970; null for anything else.</summary>
    public static DateTimeOffset? Parse(string text)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && text.Length >= 6)
        {
            var milliseconds = Math.Abs(number) <= LargestSeconds ? number * 1000 : number;
            return Math.Abs(milliseconds) <= 250_000_000_000_000 && milliseconds >= -62_135_596_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;
        }

        foreach (var format in (ReadOnlySpan<string>)[.. Formats, .. Formats.Select(format => format + "zzz"), .. Formats.Select(format => format + "'Z'")])
        {
            if (DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return time;
            }
        }

        return null;
    }
}
