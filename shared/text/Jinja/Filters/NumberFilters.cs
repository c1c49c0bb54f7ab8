using System.Globalization;
using System.Numerics;
using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Methods;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Filters;

// Filters that give or write numbers.
internal static class NumberFilters
{
    public static IEnumerable<(string Name, Filter Filter)> All =>
    [
        ("abs", (_, v, _) => v switch
        {
            double number => Math.Abs(number),
            UndefinedValue undefined => throw Python.Undefined(undefined),
            _ when Numbers.IsNumber(v) => Numbers.Shrink(BigInteger.Abs(Numbers.ToBig(v))),
            _ => throw new JinjaException($"bad operand type for abs(): '{Python.TypeName(v)}'"),
        }),
        ("filesizeformat", FileSize),
        ("float", (_, v, a) => TryFloat(v) ?? a.Bind("float", "default")[0] ?? 0.0),
        ("int", Integer),
        ("round", Round),
    ];

    private static object? TryFloat(object value)
    {
        switch (value)
        {
            case UndefinedValue undefined:
                throw Python.Undefined(undefined);
            case string or MarkupValue:
                var text = Splitting.Strip(Python.AsText(value)!, null, left: true, right: true).Replace("_", "", StringComparison.Ordinal);
                return text.TrimStart('+', '-').ToLowerInvariant() switch
                {
                    "inf" or "infinity" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
                    "nan" => double.NaN,
                    _ => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var read) ? read : null,
                };
            default:
                return Numbers.IsNumber(value) ? Numbers.ToDouble(value) : null;
        }
    }

    private static object Integer(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("int", "default", "base");
        var whenNot = bound[0] ?? 0L;
        if (Numbers.IsInteger(value))
        {
            return Numbers.Shrink(Numbers.ToBig(value));
        }

        if (Python.AsText(value) is { } text && IntegerText.Parse(text, Arguments.Integer(bound[1], 10)) is { } parsed)
        {
            return parsed;
        }

        return TryFloat(value) is double number && double.IsFinite(number) ? Numbers.Shrink(new BigInteger(Math.Truncate(number))) : whenNot;
    }

    private static object Round(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("round", "precision", "method");
        var precision = (int)Math.Clamp(Arguments.Integer(bound[0], 0), -400, 400);
        if (value is UndefinedValue undefined)
        {
            throw Python.Undefined(undefined);
        }

        if (!Numbers.IsNumber(value))
        {
            throw new JinjaException($"type {Python.TypeName(value)} doesn't define __round__ method");
        }

        var scale = Math.Pow(10, precision);
        return Arguments.Text(bound[1], "common") switch
        {
            "common" when value is double number => FloatText.Round(number, precision),
            "common" when precision >= 0 => Numbers.Shrink(Numbers.ToBig(value)),
            "common" => Numbers.Shrink(new BigInteger(FloatText.Round(Numbers.ToDouble(value), precision))),
            "ceil" => Math.Ceiling(Numbers.ToDouble(value) * scale) / scale,
            "floor" => Math.Floor(Numbers.ToDouble(value) * scale) / scale,
            _ => throw new JinjaException("method must be common, ceil or floor"),
        };
    }

    private static string FileSize(Runtime runtime, object value, Arguments arguments)
    {
        var isBinary = arguments.Bind("filesizeformat", "binary")[0] is { } binary && Python.IsTrue(binary);
        var bytes = TryFloat(value) as double? ?? throw new JinjaException($"filesizeformat wants a number, not '{Python.TypeName(value)}'");
        var unit = isBinary ? 1024.0 : 1000.0;
        if (bytes < unit)
        {
            return bytes == 1 ? "1 Byte" : $"{(long)bytes} Bytes";
        }

        string[] prefixes = isBinary ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"] : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
        var power = 0;
        for (; power < prefixes.Length - 1 && bytes >= Math.Pow(unit, power + 2); power++)
        {
        }

        return $"{FloatText.Fixed(bytes / Math.Pow(unit, power + 1), 1)} {prefixes[power]}";
    }
}
