using System.Globalization;
using System.Text;

namespace LoraMesh.Text.Jinja.Formatting;

// C's strftime in the C locale, of a local time without a zone.
internal static class Strftime
{
    public static string Format(DateTimeOffset time, string format)
    {
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 >= format.Length)
            {
                result.Append(format[i]);
                continue;
            }

            // glibc's flags: - no padding, _ spaces, 0 zeros, ^ upper case.
            var flag = format[i + 1] is '-' or '_' or '0' or '^' or '#' && i + 2 < format.Length ? format[++i] : '\0';
            var code = format[++i];
            result.Append(Restyle(Field(time, code) ?? throw new JinjaException($"strftime_now does not know '%{code}'"), flag));
            Budget.CheckLength(result.Length);
        }

        return result.ToString();
    }

    private static string Restyle(string text, char flag) => flag switch
    {
        '-' => text.TrimStart('0', ' ') is { Length: > 0 } rest && char.IsAsciiDigit(rest[0]) ? rest : text.Length > 0 && text.All(c => c == '0') ? "0" : text,
        '_' => text.Length - text.TrimStart('0').Length is > 0 and var zeros ? new string(' ', Math.Min(zeros, text.Length - 1)) + text[Math.Min(zeros, text.Length - 1)..] : text,
        '0' => text.Replace(' ', '0'),
        '^' or '#' => text.ToUpperInvariant(),
        _ => text,
    };

    private static string? Field(DateTimeOffset time, char code)
    {
        var culture = CultureInfo.InvariantCulture;
        return code switch
        {
            'Y' => time.Year.ToString(culture),
            'C' => $"{time.Year / 100:00}",
            'y' => $"{time.Year % 100:00}",
            'm' => $"{time.Month:00}",
            'd' => $"{time.Day:00}",
            'e' => $"{time.Day,2}",
            'H' => $"{time.Hour:00}",
            'k' => $"{time.Hour,2}",
            'I' => $"{Twelve(time.Hour):00}",
            'l' => $"{Twelve(time.Hour),2}",
            'M' => $"{time.Minute:00}",
            'S' => $"{time.Second:00}",
            'f' => $"{time.Ticks % TimeSpan.TicksPerSecond / 10:000000}",
            'j' => $"{time.DayOfYear:000}",
            'a' => time.ToString("ddd", culture),
            'A' => time.ToString("dddd", culture),
            'b' or 'h' => time.ToString("MMM", culture),
            'B' => time.ToString("MMMM", culture),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'P' => time.Hour < 12 ? "am" : "pm",
            'w' => ((int)time.DayOfWeek).ToString(culture),
            'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(culture),
            'U' => $"{(time.DayOfYear + 6 - (int)time.DayOfWeek) / 7:00}",
            'W' => $"{(time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7:00}",
            'V' => $"{ISOWeek.GetWeekOfYear(time.DateTime):00}",
            'G' => ISOWeek.GetYear(time.DateTime).ToString(culture),
            'g' => $"{ISOWeek.GetYear(time.DateTime) % 100:00}",
            'z' or 'Z' => "",
            's' => time.ToUnixTimeSeconds().ToString(culture),
            'D' or 'x' => time.ToString("MM/dd/yy", culture),
            'F' => time.ToString("yyyy-MM-dd", culture),
            'T' or 'X' => time.ToString("HH:mm:ss", culture),
            'R' => time.ToString("HH:mm", culture),
            'r' => $"{Twelve(time.Hour):00}:{time.Minute:00}:{time.Second:00} {(time.Hour < 12 ? "AM" : "PM")}",
            'c' => $"{time.ToString("ddd MMM", culture)} {time.Day,2} {time.ToString("HH:mm:ss yyyy", culture)}",
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => null,
        };
    }

    private static int Twelve(int hour) => hour % 12 == 0 ? 12 : hour % 12;
}
