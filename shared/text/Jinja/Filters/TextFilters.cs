using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Methods;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Filters;

// Filters that give text.
internal static partial class TextFilters
{
    // Jinja lets a text run this much over before it cuts it.
    private const int TruncateLeeway = 5;

    public static IEnumerable<(string Name, Filter Filter)> All =>
    [
        ("capitalize", (r, v, _) => TextCase.Capitalize(ValueText.Str(r, v))),
        ("center", (r, v, a) => Method(r, v, "center", new Arguments([a.Bind("center", "width")[0] ?? 80L], []))),
        ("e", Escape),
        ("escape", Escape),
        ("forceescape", (r, v, _) => new MarkupValue(Arithmetic.Escape(ValueText.Str(r, v)))),
        ("format", Format),
        ("indent", Indent),
        ("lower", (r, v, _) => TextCase.Lower(ValueText.Str(r, v))),
        ("replace", Replace),
        ("safe", (r, v, _) => v is MarkupValue ? v : new MarkupValue(ValueText.Str(r, v))),
        ("string", (r, v, _) => v is MarkupValue ? v : ValueText.Str(r, v)),
        ("striptags", (r, v, _) => StripTags(ValueText.Str(r, v))),
        ("title", (r, v, _) => string.Concat(WordBorder().Split(ValueText.Str(r, v)).Where(w => w.Length > 0).Select(TextCase.Capitalize))),
        ("tojson", ToJson),
        ("trim", (r, v, a) => Splitting.Strip(ValueText.Str(r, v), a.Bind("trim", "chars")[0], left: true, right: true)),
        ("truncate", Truncate),
        ("upper", (r, v, _) => TextCase.Upper(ValueText.Str(r, v))),
        ("urlencode", UrlEncode),
        ("wordcount", (r, v, _) => (long)Word().Count(ValueText.Str(r, v))),
    ];

    [GeneratedRegex(@"([-\s({\[<]+)")]
    private static partial Regex WordBorder();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("<!--.*?-->|<.*?>", RegexOptions.Singleline)]
    private static partial Regex Tag();

    private static object Method(Runtime runtime, object value, string name, Arguments arguments) =>
        ((CallableValue)StringMethods.Find(ValueText.Str(runtime, value), name)!).Invoke(runtime, arguments);

    private static object Escape(Runtime runtime, object value, Arguments arguments) =>
        value is MarkupValue ? value : new MarkupValue(Arithmetic.Escape(ValueText.Str(runtime, value)));

    private static string Format(Runtime runtime, object value, Arguments arguments)
    {
        if (arguments.Positional.Count > 0 && arguments.Named.Count > 0)
        {
            throw new JinjaException("can't handle positional and keyword arguments at the same time");
        }

        var items = DictValue.NewItems();
        foreach (var (name, item) in arguments.Named)
        {
            items[name] = item;
        }

        object values = items.Count > 0 ? new DictValue(items) : new TupleValue(arguments.Positional);
        return runtime.Budget.Check(PercentFormat.Format(runtime, ValueText.Str(runtime, value), values));
    }

    private static string Indent(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("indent", "width", "first", "blank");
        var width = Python.AsText(bound[0] ?? 4L) ?? new string(' ', (int)Math.Clamp(Arguments.Integer(bound[0], 4), 0, 10_000));
        var isFirst = bound[1] is { } first && Python.IsTrue(first);
        var isBlank = bound[2] is { } blank && Python.IsTrue(blank);
        var lines = Splitting.SplitLines(Arguments.Text(value, "") + "\n", keepEnds: false).Items;
        Budget.CheckLength(lines.Count * (long)width.Length);
        var text = new StringBuilder(isFirst ? width : "").Append(lines[0]);
        foreach (var line in lines.Skip(1).Cast<string>())
        {
            text.Append('\n').Append(line.Length > 0 || isBlank ? width : "").Append(line);
        }

        return runtime.Budget.Check(text.ToString());
    }

    private static string Replace(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("replace", "old!", "new!", "count");
        return runtime.Budget.Check(Splitting.Replace(
            ValueText.Str(runtime, value), ValueText.Str(runtime, bound[0]!), ValueText.Str(runtime, bound[1]!), Arguments.Integer(bound[2], -1)));
    }

    private static string StripTags(string text) =>
        System.Net.WebUtility.HtmlDecode(string.Join(' ', Tag().Replace(text, "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private static string ToJson(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        var indent = bound[1] is null or NoneValue ? null
            : Python.AsText(bound[1]!) ?? new string(' ', (int)Math.Clamp(Arguments.Integer(bound[1], 0), 0, 1_000));
        var separators = bound[2] is null or NoneValue ? null : Python.ToList(runtime, bound[2]!);
        if (separators is not null && separators.Count != 2)
        {
            throw new JinjaException("separators must be a pair");
        }

        return runtime.Budget.Check(new PythonJson
        {
            Runtime = runtime,
            EnsureAscii = bound[0] is { } ascii && Python.IsTrue(ascii),
            Indent = indent,
            ItemSeparator = separators is null ? indent is null ? ", " : "," : Arguments.Text(separators[0], ""),
            KeySeparator = separators is null ? ": " : Arguments.Text(separators[1], ""),
            SortKeys = bound[3] is { } sort && Python.IsTrue(sort),
        }.Write(value));
    }

    private static object Truncate(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("truncate", "length", "killwords", "end", "leeway");
        var length = Arguments.Integer(bound[0], 255);
        var end = Arguments.Text(bound[2], "...");
        var endLength = CodePoints.Length(end);
        var leeway = Arguments.Integer(bound[3], TruncateLeeway);
        if (length < endLength || leeway < 0)
        {
            throw new JinjaException($"truncate wants a length of at least {endLength} and a leeway of at least 0");
        }

        // What is short enough comes out as it is, be it text or a list.
        if (value is UndefinedValue || (Python.AsText(value) is null && Python.TryIterate(value) is { } items && items.Take((int)Math.Min(int.MaxValue, length + leeway + 1)).Count() <= length + leeway))
        {
            return value;
        }

        var text = Arguments.Text(value, "");
        if (CodePoints.Length(text) <= length + leeway)
        {
            return value;
        }

        var head = text[..CodePoints.ToUtf16(text, (int)(length - endLength))];
        var lastSpace = head.LastIndexOf(' ');
        return (bound[1] is { } kill && Python.IsTrue(kill)) || lastSpace < 0 ? head + end : head[..lastSpace] + end;
    }

    private static string UrlEncode(Runtime runtime, object value, Arguments arguments)
    {
        if (Python.AsText(value) is not null || Python.TryIterate(value) is null)
        {
            return Quote(ValueText.Str(runtime, value), keepsSlash: true);
        }

        var pairs = value is DictValue dict ? new DictViewValue("dict_items", dict).Items : Python.Iterate(value);
        return string.Join('&', pairs.Select(pair => string.Join('=', Python.ToList(runtime, pair)
            .Select(part => Quote(ValueText.Str(runtime, part), keepsSlash: false).Replace("%20", "+", StringComparison.Ordinal)))));
    }

    private static string Quote(string text, bool keepsSlash)
    {
        var quoted = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (keepsSlash && c == '/'))
            {
                quoted.Append(c);
            }
            else
            {
                quoted.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return quoted.ToString();
    }
}
