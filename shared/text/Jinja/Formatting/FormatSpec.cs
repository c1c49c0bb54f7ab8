using System.Globalization;
using System.Numerics;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Formatting;

// Python's format specification: [[fill]align][sign][#][0][width][,][.precision][type].
internal sealed record FormatSpec
{
    private const int MaxWidth = 100_000;

    public string Fill { get; init; } = " ";

    public char Align { get; init; }

    public char Sign { get; init; } = '-';

    public bool Alternate { get; init; }

    public int Width { get; init; }

    public char Grouping { get; init; }

    public int? Precision { get; init; }

    public char Type { get; init; }

    public static FormatSpec Parse(string text)
    {
        var chars = CodePoints.Split(text);
        var i = 0;
        var spec = new FormatSpec();
        if (chars.Count > 1 && chars[1] is "<" or ">" or "=" or "^")
        {
            spec = spec with { Fill = chars[0], Align = chars[1][0] };
            i = 2;
        }
        else if (chars.Count > 0 && chars[0] is "<" or ">" or "=" or "^")
        {
            spec = spec with { Align = chars[0][0] };
            i = 1;
        }

        if (i < chars.Count && chars[i] is "+" or "-" or " ")
        {
            spec = spec with { Sign = chars[i++][0] };
        }

        if (i < chars.Count && chars[i] == "#")
        {
            spec = spec with { Alternate = true };
            i++;
        }

        if (i < chars.Count && chars[i] == "0")
        {
            spec = spec.Align == 0 ? spec with { Fill = "0", Align = '=' } : spec with { Fill = "0" };
            i++;
        }

        spec = spec with { Width = TakeNumber(chars, ref i) ?? 0 };
        if (i < chars.Count && chars[i] is "," or "_")
        {
            spec = spec with { Grouping = chars[i++][0] };
        }

        if (i < chars.Count && chars[i] == ".")
        {
            i++;
            spec = spec with { Precision = TakeNumber(chars, ref i) ?? throw new JinjaException("Format specifier missing precision") };
        }

        if (i < chars.Count)
        {
            spec = spec with { Type = chars[i++][0] };
        }

        return i == chars.Count ? spec : throw new JinjaException($"Invalid format specifier '{text}'");
    }

    public string Apply(Runtime runtime, object value) => value switch
    {
        _ when Type is 's' or '\0' && !Numbers.IsNumber(value) => FormatText(ValueText.Str(runtime, value)),
        double number => FormatReal(number),
        _ when Numbers.IsInteger(value) => FormatInteger(Numbers.ToBig(value)),
        _ => throw new JinjaException($"Unknown format code '{Type}' for object of type '{Python.TypeName(value)}'"),
    };

    private static int? TakeNumber(IReadOnlyList<string> chars, ref int i)
    {
        var start = i;
        while (i < chars.Count && chars[i] is [>= '0' and <= '9'])
        {
            i++;
        }

        if (i == start)
        {
            return null;
        }

        return int.TryParse(string.Concat(chars.Skip(start).Take(i - start)), CultureInfo.InvariantCulture, out var number) && number <= MaxWidth
            ? number
            : throw new JinjaException($"a width or precision is over the limit of {MaxWidth}");
    }

    private string FormatText(string text)
    {
        if (Precision is { } precision && precision < CodePoints.Length(text))
        {
            text = text[..CodePoints.ToUtf16(text, precision)];
        }

        return Pad("", text, whenNoAlign: '<');
    }

    private string FormatInteger(BigInteger value)
    {
        if (Type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%')
        {
            return FormatReal((double)value);
        }

        var size = BigInteger.Abs(value);
        var (prefix, digits) = Type switch
        {
            '\0' or 'd' or 'n' => ("", Group(size.ToString(CultureInfo.InvariantCulture))),
            'x' => (Alternate ? "0x" : "", Hexadecimal(size)),
            'X' => (Alternate ? "0X" : "", Hexadecimal(size).ToUpperInvariant()),
            'o' => (Alternate ? "0o" : "", InBase(size, 8)),
            'b' => (Alternate ? "0b" : "", InBase(size, 2)),
            'c' => ("", char.ConvertFromUtf32((int)size)),
            _ => throw new JinjaException($"Unknown format code '{Type}' for object of type 'int'"),
        };
        return Pad(SignOf(value.Sign < 0) + prefix, digits, whenNoAlign: '>');
    }

    private string FormatReal(double value)
    {
        var size = Math.Abs(value);
        var text = Type switch
        {
            '\0' when Precision is null => FloatText.Repr(size),
            '\0' => WithPoint(FloatText.General(size, Precision.Value, 'e', Alternate)),
            'e' or 'E' => FloatText.Exponent(size, Precision ?? 6, Type),
            'f' or 'F' => FloatText.Fixed(size, Precision ?? 6),
            'g' or 'G' or 'n' => FloatText.General(size, Precision ?? 6, Type == 'G' ? 'E' : 'e', Alternate),
            '%' => FloatText.Fixed(size * 100, Precision ?? 6) + "%",
            _ => throw new JinjaException($"Unknown format code '{Type}' for object of type 'float'"),
        };
        var end = text.TakeWhile(char.IsAsciiDigit).Count();
        return Pad(SignOf(double.IsNegative(value)), Group(text[..end]) + text[end..], whenNoAlign: '>');
    }

    private static string WithPoint(string text) => text.All(char.IsAsciiDigit) ? text + ".0" : text;

    private string SignOf(bool isNegative) => isNegative ? "-" : Sign == '-' ? "" : Sign.ToString();

    private string Group(string digits)
    {
        if (Grouping == 0)
        {
            return digits;
        }

        for (var at = digits.Length - 3; at > 0; at -= 3)
        {
            digits = digits.Insert(at, Grouping.ToString());
        }

        return digits;
    }

    private static string Hexadecimal(BigInteger value) => value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0') is { Length: > 0 } text ? text : "0";

    private static string InBase(BigInteger value, int radix)
    {
        var digits = new List<char>();
        do
        {
            digits.Add((char)('0' + (int)(value % radix)));
            value /= radix;
        }
        while (!value.IsZero);
        digits.Reverse();
        return string.Concat(digits);
    }

    private string Pad(string sign, string text, char whenNoAlign)
    {
        var missing = Math.Max(Width - sign.Length - CodePoints.Length(text), 0);
        var fill = string.Concat(Enumerable.Repeat(Fill, missing));
        return (Align == 0 ? whenNoAlign : Align) switch
        {
            '<' => sign + text + fill,
            '=' => sign + fill + text,
            '^' => string.Concat(Enumerable.Repeat(Fill, missing / 2)) + sign + text + string.Concat(Enumerable.Repeat(Fill, missing - (missing / 2))),
            _ => fill + sign + text,
        };
    }
}
