using System.Globalization;
using System.Text;
using LoraMesh.Text.Jinja.Methods;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Formatting;

// Python's '{} {name:>5}'.format(…).
internal static class BraceFormat
{
    public static string Format(Runtime runtime, string format, Arguments arguments)
    {
        var next = 0;
        return Expand(runtime, format, arguments, ref next, depth: 0);
    }

    private static string Expand(Runtime runtime, string format, Arguments arguments, ref int next, int depth)
    {
        if (depth > 2)
        {
            throw new JinjaException("Max string recursion exceeded");
        }

        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c && (depth == 0 || c == '{'))
            {
                result.Append(c);
                i++;
            }
            else if (c == '}')
            {
                throw new JinjaException("Single '}' encountered in format string");
            }
            else if (c == '{')
            {
                var end = FieldEnd(format, i + 1);
                result.Append(Field(runtime, format[(i + 1)..end], arguments, ref next, depth));
                Budget.CheckLength(result.Length);
                i = end;
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    private static int FieldEnd(string format, int start)
    {
        var open = 1;
        for (var i = start; i < format.Length; i++)
        {
            open += format[i] == '{' ? 1 : format[i] == '}' ? -1 : 0;
            if (open == 0)
            {
                return i;
            }
        }

        throw new JinjaException("Single '{' encountered in format string");
    }

    private static string Field(Runtime runtime, string field, Arguments arguments, ref int next, int depth)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? field : field[..colon];
        var bang = name.IndexOf('!', StringComparison.Ordinal);
        var conversion = bang < 0 ? "" : name[(bang + 1)..];
        var value = Resolve(bang < 0 ? name : name[..bang], arguments, ref next);
        var spec = colon < 0 ? "" : Expand(runtime, field[(colon + 1)..], arguments, ref next, depth + 1);
        value = conversion switch
        {
            "" => value,
            "s" => ValueText.Str(runtime, value),
            "r" or "a" => ValueText.Repr(runtime, value),
            _ => throw new JinjaException($"Unknown conversion specifier '{conversion}'"),
        };
        return spec.Length == 0 ? ValueText.Str(runtime, value) : FormatSpec.Parse(spec).Apply(runtime, value);
    }

    private static object Resolve(string name, Arguments arguments, ref int next)
    {
        var end = name.AsSpan().IndexOfAny('.', '[');
        var first = end < 0 ? name : name[..end];
        object value;
        if (first.Length == 0 || first.All(char.IsAsciiDigit))
        {
            var index = first.Length == 0 ? next++ : int.TryParse(first, CultureInfo.InvariantCulture, out var read) ? read : int.MaxValue;
            value = index < arguments.Positional.Count
                ? arguments.Positional[index]
                : throw new JinjaException($"Replacement index {index} out of range for positional args tuple");
        }
        else
        {
            value = arguments.Named.TryGetValue(first, out var named) ? named : throw new JinjaException($"the key '{first}' of the format is missing");
        }

        return end < 0 ? value : Walk(value, name[end..]);
    }

    private static object Walk(object value, string path)
    {
        while (path.Length > 0)
        {
            var isItem = path[0] == '[';
            var stop = isItem ? path.IndexOf(']', StringComparison.Ordinal) : path.AsSpan(1).IndexOfAny('.', '[') is >= 0 and var at ? at + 1 : path.Length;
            if (stop < 0)
            {
                throw new JinjaException("Missing ']' in format string");
            }

            var key = path[1..stop];
            value = !isItem ? Members.Attribute(value, key)
                : long.TryParse(key, CultureInfo.InvariantCulture, out var index) ? Members.Item(value, index)
                : Members.Item(value, key);
            path = path[(isItem ? stop + 1 : stop)..];
        }

        return value;
    }
}
