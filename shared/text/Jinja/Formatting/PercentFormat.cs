using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Formatting;

// Python's '%s and %d' % values.
internal static partial class PercentFormat
{
    private const int MaxWidth = 100_000;

    public static string Format(Runtime runtime, string format, object values)
    {
        var result = new StringBuilder();
        var positional = values is TupleValue tuple ? tuple.Items : [values];
        var used = 0;
        var position = 0;
        foreach (Match match in Conversion().Matches(format))
        {
            result.Append(format, position, match.Index - position);
            position = match.Index + match.Length;
            var kind = match.Groups["kind"].Value;
            if (kind == "%")
            {
                result.Append('%');
                continue;
            }

            var width = Number(match.Groups["width"].Value, positional, ref used);
            var precision = Number(match.Groups["precision"].Value.TrimStart('.'), positional, ref used);
            var value = match.Groups["key"].Success ? Lookup(values, match.Groups["key"].Value) : Take(positional, ref used);
            var hasPrecision = match.Groups["precision"].Length > 0;
            result.Append(FormatOne(runtime, match.Groups["flags"].Value, width ?? 0, hasPrecision ? precision ?? 0 : null, kind, value));
            Budget.CheckLength(result.Length);
        }

        if (format.IndexOf('%', position) >= 0)
        {
            throw new JinjaException("incomplete or unsupported format");
        }

        return used < positional.Count && values is not (DictValue or ListValue)
            ? throw new JinjaException("not all arguments converted during string formatting")
            : result.Append(format, position, format.Length - position).ToString();
    }

    [GeneratedRegex(@"%(?:\((?<key>[^)]*)\))?(?<flags>[-+ #0]*)(?<width>\*|[0-9]*)(?<precision>\.(?:\*|[0-9]*))?[hlL]?(?<kind>[diouxXeEfFgGcrsa%])")]
    private static partial Regex Conversion();

    private static int? Number(string text, IReadOnlyList<object> values, ref int used)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var number = text == "*" ? Arguments.Integer(Take(values, ref used), 0) : long.TryParse(text, CultureInfo.InvariantCulture, out var read) ? read : long.MaxValue;
        return number is >= 0 and <= MaxWidth ? (int)number : throw new JinjaException($"a width or precision is over the limit of {MaxWidth}");
    }

    private static object Take(IReadOnlyList<object> values, ref int used) =>
        used < values.Count ? values[used++] : throw new JinjaException("not enough arguments for format string");

    private static object Lookup(object values, string key) =>
        values is not DictValue dict ? throw new JinjaException("format requires a mapping")
        : dict.Items.TryGetValue(key, out var value) ? value
        : throw new JinjaException($"the key '{key}' of the format is missing");

    private static string FormatOne(Runtime runtime, string flags, int width, int? precision, string kind, object value)
    {
        var left = flags.Contains('-');
        var spec = new FormatSpec
        {
            Width = width,
            Precision = precision,
            Alternate = flags.Contains('#'),
            Sign = flags.Contains('+') ? '+' : flags.Contains(' ') ? ' ' : '-',
        };
        if (kind is "s" or "r" or "a" or "c")
        {
            var text = kind == "r" || kind == "a" ? ValueText.Repr(runtime, value)
                : kind == "c" && Numbers.IsInteger(value) ? char.ConvertFromUtf32((int)Arguments.Integer(value, 0))
                : ValueText.Str(runtime, value);
            return (spec with { Align = left ? '<' : '>', Type = 's' }).Apply(runtime, text);
        }

        if (!Numbers.IsNumber(value))
        {
            throw new JinjaException($"%{kind} format: a real number is required, not {Python.TypeName(value)}");
        }

        var zero = flags.Contains('0') && !left;
        spec = spec with { Align = left ? '<' : zero ? '=' : '>', Fill = zero ? "0" : " ", Type = kind is "i" or "u" ? 'd' : kind[0] };
        if (kind is not ("d" or "i" or "u" or "x" or "X" or "o"))
        {
            return spec.Apply(runtime, value is double ? value : Numbers.ToDouble(value));
        }

        // A precision of a whole number is its least count of digits.
        var whole = value is double real ? Numbers.Shrink(new System.Numerics.BigInteger(Math.Truncate(real))) : value;
        if (precision is not { } digits)
        {
            return spec.Apply(runtime, whole);
        }

        var sign = Numbers.Compare(whole, 0L) < 0 ? 1 : 0;
        var padded = (spec with { Width = digits + sign, Fill = "0", Align = '=', Precision = null }).Apply(runtime, whole);
        return new FormatSpec { Width = width, Align = left ? '<' : '>', Type = 's' }.Apply(runtime, padded);
    }
}
