using System.Globalization;
using System.Numerics;
using System.Text;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Formatting;

// json.dumps, to the character: what models were trained on was written by it.
internal sealed class PythonJson
{
    private readonly StringBuilder _target = new();

    public required Runtime Runtime { get; init; }

    public bool EnsureAscii { get; init; }

    /// <summary>What a level of nesting is indented by; null keeps all on one line.</summary>
    public string? Indent { get; init; }

    public required string ItemSeparator { get; init; }

    public required string KeySeparator { get; init; }

    public bool SortKeys { get; init; }

    public string Write(object value)
    {
        WriteValue(value, 0);
        return _target.ToString();
    }

    private void WriteValue(object value, int level)
    {
        Runtime.Budget.Spend();
        Budget.CheckStack();
        Budget.CheckLength(_target.Length);
        switch (value)
        {
            case string or MarkupValue:
                WriteString(Python.AsText(value)!);
                break;
            case ListValue list:
                WriteAll('[', list.Items, ']', level, item => WriteValue(item, level + 1));
                break;
            case TupleValue tuple:
                WriteAll('[', tuple.Items, ']', level, item => WriteValue(item, level + 1));
                break;
            case DictValue dict:
                WriteAll('{', Sorted(dict), '}', level, pair =>
                {
                    WriteString(KeyText(pair.Key));
                    _target.Append(KeySeparator);
                    WriteValue(pair.Value, level + 1);
                });
                break;
            default:
                _target.Append(ScalarText(value) ?? throw new JinjaException($"Object of type {Python.TypeName(value)} is not JSON serializable"));
                break;
        }
    }

    private List<KeyValuePair<object, object>> Sorted(DictValue dict)
    {
        var order = Comparer<object>.Create((a, b) => Python.Compare(Runtime, a, b, "<"));
        return SortKeys ? [.. dict.Items.OrderBy(p => p.Key, order)] : [.. dict.Items];
    }

    private void WriteAll<T>(char open, IReadOnlyCollection<T> items, char close, int level, Action<T> write)
    {
        _target.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            _target.Append(isFirst ? "" : ItemSeparator);
            isFirst = false;
            BreakLine(level + 1);
            write(item);
        }

        if (items.Count > 0)
        {
            BreakLine(level);
        }

        _target.Append(close);
    }

    private void BreakLine(int level)
    {
        if (Indent is null)
        {
            return;
        }

        _target.Append('\n');
        for (var i = 0; i < level; i++)
        {
            Budget.CheckLength(_target.Length);
            _target.Append(Indent);
        }
    }

    private static string KeyText(object key) => Python.AsText(key) ?? ScalarText(key)
        ?? throw new JinjaException($"keys must be str, int, float, bool or None, not {Python.TypeName(key)}");

    private static string? ScalarText(object value) => value switch
    {
        NoneValue => "null",
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        double.NaN => "NaN",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        double number => FloatText.Repr(number),
        _ => null,
    };

    private void WriteString(string text)
    {
        _target.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    _target.Append('\\').Append(c);
                    break;
                case '\n':
                    _target.Append("\\n");
                    break;
                case '\r':
                    _target.Append("\\r");
                    break;
                case '\t':
                    _target.Append("\\t");
                    break;
                case '\b':
                    _target.Append("\\b");
                    break;
                case '\f':
                    _target.Append("\\f");
                    break;
                case < ' ':
                case > '~' when EnsureAscii:
                    _target.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    _target.Append(c);
                    break;
            }
        }

        _target.Append('"');
    }
}
