using System.Text;
using LoraMesh.Text.Jinja.Formatting;

namespace LoraMesh.Text.Jinja.Values;

// The operators, for whatever types they know.
internal static class Arithmetic
{
    public static object Apply(Runtime runtime, string op, object left, object right)
    {
        if (Numbers.IsNumber(left) && Numbers.IsNumber(right))
        {
            return Numbers.Calculate(op, left, right);
        }

        return (op, left, right) switch
        {
            (_, UndefinedValue undefined, _) => throw Python.Undefined(undefined),
            ("%", string format, _) => runtime.Budget.Check(PercentFormat.Format(runtime, format, right)),
            (_, _, UndefinedValue undefined) => throw Python.Undefined(undefined),
            ("+", string a, string b) => Join(runtime, a, b),
            ("+", MarkupValue a, _) when Python.AsText(right) is not null => new MarkupValue(Join(runtime, a.Text, Escape(right))),
            ("+", string a, MarkupValue b) => new MarkupValue(Join(runtime, Escape(a), b.Text)),
            ("+", ListValue a, ListValue b) => new ListValue(Join(runtime, a.Items, b.Items)),
            ("+", TupleValue a, TupleValue b) => new TupleValue(Join(runtime, a.Items, b.Items)),
            ("*", string or ListValue or TupleValue or MarkupValue, bool or long) => Repeat(runtime, left, Arguments.Integer(right, 0)),
            ("*", bool or long, string or ListValue or TupleValue or MarkupValue) => Repeat(runtime, right, Arguments.Integer(left, 0)),
            ("+", string, _) => throw new JinjaException($"can only concatenate str (not \"{Python.TypeName(right)}\") to str"),
            ("+", ListValue, _) => throw new JinjaException($"can only concatenate list (not \"{Python.TypeName(right)}\") to list"),
            _ => throw new JinjaException($"unsupported operand type(s) for {op}: '{Python.TypeName(left)}' and '{Python.TypeName(right)}'"),
        };
    }

    public static bool Ordered(Runtime runtime, string op, object left, object right)
    {
        var order = Python.Compare(runtime, left, right, op);

        // 2 stands for numbers without an order: nan.
        return op switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order == 1 || (order > 0 && !Numbers.IsNumber(left)),
            _ => order is 0 or 1 || (order > 0 && !Numbers.IsNumber(left)),
        };
    }

    /// <summary>Text made safe for HTML, unless it is markup already.</summary>
    public static string Escape(object value) => value is MarkupValue markup ? markup.Text : Escape(Python.AsText(value) ?? "");

    public static string Escape(string text) => new StringBuilder(text)
        .Replace("&", "&amp;").Replace(">", "&gt;").Replace("<", "&lt;").Replace("'", "&#39;").Replace("\"", "&#34;").ToString();

    private static string Join(Runtime runtime, string left, string right)
    {
        Budget.CheckLength((long)left.Length + right.Length);
        return runtime.Budget.Check(left + right);
    }

    private static List<object> Join(Runtime runtime, IReadOnlyList<object> left, IReadOnlyList<object> right)
    {
        runtime.Budget.CheckItems((long)left.Count + right.Count);
        return [.. left, .. right];
    }

    private static object Repeat(Runtime runtime, object value, long count)
    {
        count = Math.Max(count, 0);
        if (Python.AsText(value) is { } text)
        {
            Budget.CheckLength(text.Length == 0 ? 0 : Math.Min(count, int.MaxValue) * text.Length);
            var repeated = text.Length == 0 ? "" : runtime.Budget.Check(new StringBuilder().Insert(0, text, (int)count).ToString());
            return value is MarkupValue ? new MarkupValue(repeated) : repeated;
        }

        var items = value is ListValue list ? list.Items : ((TupleValue)value).Items;
        runtime.Budget.CheckItems(items.Count == 0 ? 0 : Math.Min(count, int.MaxValue) * items.Count);
        List<object> all = items.Count == 0 ? [] : [.. Enumerable.Repeat(items, (int)count).SelectMany(i => i)];
        return value is ListValue ? new ListValue(all) : new TupleValue(all);
    }
}
