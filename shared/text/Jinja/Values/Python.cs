using System.Numerics;

namespace LoraMesh.Text.Jinja.Values;

// What Python does with any value: truth, iteration, length, order, membership.
internal static class Python
{
    public static string TypeName(object value) => value switch
    {
        NoneValue => "NoneType",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        string => "str",
        MarkupValue => "Markup",
        ListValue => "list",
        TupleValue => "tuple",
        DictValue => "dict",
        DictViewValue view => view.Kind,
        RangeValue => "range",
        IteratorValue => "generator",
        NamespaceValue => "Namespace",
        UndefinedValue => "Undefined",
        CallableValue => "function",
        _ => value.GetType().Name,
    };

    public static bool IsTrue(object value) => value switch
    {
        bool flag => flag,
        NoneValue or UndefinedValue => false,
        long number => number != 0,
        BigInteger number => !number.IsZero,
        double number => number != 0,
        string text => text.Length > 0,
        MarkupValue markup => markup.Text.Length > 0,
        ListValue list => list.Items.Count > 0,
        TupleValue tuple => tuple.Items.Count > 0,
        DictValue dict => dict.Items.Count > 0,
        DictViewValue view => view.Source.Items.Count > 0,
        RangeValue range => range.Count > 0,
        _ => true,
    };

    /// <summary>The text of a string or of markup; null for anything else.</summary>
    public static string? AsText(object value) => value switch
    {
        string text => text,
        MarkupValue markup => markup.Text,
        _ => null,
    };

    public static JinjaException Undefined(UndefinedValue value) => new(value.Hint);

    public static IEnumerable<object>? TryIterate(object value) => value switch
    {
        ListValue list => list.Items,
        TupleValue tuple => tuple.Items,
        DictValue dict => dict.Items.Keys,
        DictViewValue view => view.Items,
        RangeValue range => Enumerable.Range(0, (int)Math.Min(range.Count, int.MaxValue)).Select(i => range[i]),
        IteratorValue iterator => iterator,
        string text => CodePoints.Split(text),
        MarkupValue markup => CodePoints.Split(markup.Text),
        UndefinedValue => [],
        LoopValue loop => loop.Rest(),
        _ => null,
    };

    public static IEnumerable<object> Iterate(object value) =>
        TryIterate(value) ?? throw new JinjaException($"'{TypeName(value)}' object is not iterable");

    public static List<object> ToList(Runtime runtime, object value)
    {
        var items = new List<object>();
        foreach (var item in Iterate(value))
        {
            runtime.Budget.Spend();
            items.Add(item);
        }

        return items;
    }

    public static long? TryLength(object value) => value switch
    {
        string text => CodePoints.Length(text),
        MarkupValue markup => CodePoints.Length(markup.Text),
        ListValue list => list.Items.Count,
        TupleValue tuple => tuple.Items.Count,
        DictValue dict => dict.Items.Count,
        DictViewValue view => view.Source.Items.Count,
        RangeValue range => range.Count,
        UndefinedValue => 0,
        LoopValue loop => loop.Length,
        _ => null,
    };

    public static bool Equal(Runtime runtime, object left, object right)
    {
        runtime.Budget.Spend();
        Budget.CheckStack();
        return (left, right) switch
        {
            (string a, string b) => a == b,
            (MarkupValue a, _) when AsText(right) is { } b => a.Text == b,
            (string a, MarkupValue b) => a == b.Text,
            (ListValue a, ListValue b) => EqualItems(runtime, a.Items, b.Items),
            (TupleValue a, TupleValue b) => EqualItems(runtime, a.Items, b.Items),
            (DictValue a, DictValue b) => a.Items.Count == b.Items.Count
                && a.Items.All(p => b.Items.TryGetValue(p.Key, out var other) && Equal(runtime, p.Value, other)),
            (RangeValue a, RangeValue b) => a == b,
            (UndefinedValue, UndefinedValue) => true,
            _ when Numbers.IsNumber(left) && Numbers.IsNumber(right) => Numbers.Compare(left, right) == 0,
            _ => ReferenceEquals(left, right),
        };
    }

    /// <summary>Below, at or above zero; only numbers with numbers, texts with texts, and sequences of such have an order.</summary>
    public static int Compare(Runtime runtime, object left, object right, string op)
    {
        runtime.Budget.Spend();
        Budget.CheckStack();
        if (Numbers.IsNumber(left) && Numbers.IsNumber(right))
        {
            return Numbers.Compare(left, right);
        }

        if (AsText(left) is { } a && AsText(right) is { } b)
        {
            return CodePoints.Compare(a, b);
        }

        return (left, right) switch
        {
            (ListValue x, ListValue y) => CompareItems(runtime, x.Items, y.Items, op),
            (TupleValue x, TupleValue y) => CompareItems(runtime, x.Items, y.Items, op),
            (UndefinedValue u, _) => throw Undefined(u),
            (_, UndefinedValue u) => throw Undefined(u),
            _ => throw new JinjaException($"'{op}' not supported between instances of '{TypeName(left)}' and '{TypeName(right)}'"),
        };
    }

    public static bool Contains(Runtime runtime, object container, object item)
    {
        if (AsText(container) is { } text)
        {
            return AsText(item) is { } part
                ? text.Contains(part, StringComparison.Ordinal)
                : throw new JinjaException($"'in <string>' requires string as left operand, not {TypeName(item)}");
        }

        return container switch
        {
            DictValue dict => dict.Items.ContainsKey(item),
            DictViewValue { Kind: "dict_keys" } view => view.Source.Items.ContainsKey(item),
            _ when TryIterate(container) is { } items => items.Any(i => Equal(runtime, i, item)),
            _ => throw new JinjaException($"argument of type '{TypeName(container)}' is not iterable"),
        };
    }

    private static bool EqualItems(Runtime runtime, IReadOnlyList<object> left, IReadOnlyList<object> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (!Equal(runtime, left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static int CompareItems(Runtime runtime, IReadOnlyList<object> left, IReadOnlyList<object> right, string op)
    {
        for (var i = 0; i < left.Count && i < right.Count; i++)
        {
            if (!Equal(runtime, left[i], right[i]))
            {
                return Compare(runtime, left[i], right[i], op);
            }
        }

        return left.Count.CompareTo(right.Count);
    }
}
