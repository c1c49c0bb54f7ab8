using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Methods;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Filters;

// Filters over lists and dicts.
internal static class SequenceFilters
{
    public static IEnumerable<(string Name, Filter Filter)> All =>
    [
        ("attr", (_, v, a) => Members.AttributeOnly(v, Arguments.Text(a.Bind("attr", "name!")[0], ""))),
        ("batch", Batch),
        ("count", (r, v, a) => Length(v, a)),
        ("d", Default),
        ("default", Default),
        ("dictsort", DictSort),
        ("first", (r, v, _) => Python.Iterate(v).FirstOrDefault() ?? new UndefinedValue("No first item, sequence was empty.")),
        ("groupby", GroupBy),
        ("items", (_, v, _) => v switch
        {
            UndefinedValue => new IteratorValue([]),
            DictValue dict => new IteratorValue(new DictViewValue("dict_items", dict).Items),
            _ => throw new JinjaException("Can only get item pairs from a mapping."),
        }),
        ("join", Join),
        ("last", (r, v, _) => v is IteratorValue
            ? throw new JinjaException("'generator' object is not reversible")
            : Python.ToList(r, v) is [.., var last] ? last : new UndefinedValue("No last item, sequence was empty.")),
        ("length", (r, v, a) => Length(v, a)),
        ("list", (r, v, _) => new ListValue(Python.ToList(r, v))),
        ("max", (r, v, a) => Extreme(r, v, a, "max")),
        ("min", (r, v, a) => Extreme(r, v, a, "min")),
        ("reverse", Reverse),
        ("slice", Slice),
        ("sort", Sort),
        ("sum", Sum),
        ("unique", Unique),
    ];

    private static bool Flag(object? value) => value is not null && Python.IsTrue(value);

    private static long Length(object value, Arguments arguments)
    {
        arguments.Bind("length");
        return Python.TryLength(value) ?? throw new JinjaException($"object of type '{Python.TypeName(value)}' has no len()");
    }

    private static object Default(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("default", "default_value", "boolean");
        return value is UndefinedValue || (Flag(bound[1]) && !Python.IsTrue(value)) ? bound[0] ?? "" : value;
    }

    private static IteratorValue Batch(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("batch", "linecount!", "fill_with");
        var size = (int)Math.Clamp(Arguments.Integer(bound[0], 1), 1, int.MaxValue);
        var rows = Python.ToList(runtime, value).Chunk(size).Select(row => row.ToList()).ToList();
        if (bound[1] is { } fill and not NoneValue && rows.Count > 0)
        {
            runtime.Budget.CheckItems(size);
            rows[^1].AddRange(Enumerable.Repeat(fill, size - rows[^1].Count));
        }

        return new IteratorValue(rows.Select(row => new ListValue(row)));
    }

    private static IteratorValue Slice(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("slice", "slices!", "fill_with");
        var items = Python.ToList(runtime, value);
        var slices = (int)Math.Clamp(Arguments.Integer(bound[0], 1), 1, Budget.MaxItems);
        runtime.Budget.CheckItems(slices);
        var columns = new List<object>();
        var (size, longer) = Math.DivRem(items.Count, slices);
        for (int i = 0, at = 0; i < slices; i++)
        {
            var count = size + (i < longer ? 1 : 0);
            var column = items.GetRange(at, count);
            at += count;
            if (bound[1] is { } fill and not NoneValue && i >= longer)
            {
                column.Add(fill);
            }

            columns.Add(new ListValue(column));
        }

        return new IteratorValue(columns);
    }

    private static ListValue DictSort(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("dictsort", "case_sensitive", "by", "reverse");
        var dict = value as DictValue ?? throw new JinjaException($"dictsort wants a mapping, not '{Python.TypeName(value)}'");
        var part = Arguments.Text(bound[1], "key") switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw new JinjaException("You can only sort by either 'key' or 'value'"),
        };
        var pairs = new DictViewValue("dict_items", dict).Items.ToList();
        return new ListValue(Sorted(runtime, pairs, pair => Fold(((TupleValue)pair).Items[part], bound[0]), Flag(bound[2])));
    }

    private static object Fold(object value, object? caseSensitive) => Flag(caseSensitive) ? value : AttributeGetter.IgnoreCase(value);

    private static List<object> Sorted(Runtime runtime, List<object> items, Func<object, object> key, bool isReverse)
    {
        var order = Comparer<object>.Create((a, b) => Python.Compare(runtime, a, b, "<"));
        return [.. isReverse ? items.OrderByDescending(key, order) : items.OrderBy(key, order)];
    }

    private static ListValue Sort(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("sort", "reverse", "case_sensitive", "attribute");
        var getter = AttributeGetter.Many(runtime, bound[2]);
        return new ListValue(Sorted(runtime, Python.ToList(runtime, value), item => Fold(getter(item), bound[1]), Flag(bound[0])));
    }

    private static ListValue GroupBy(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("groupby", "attribute!", "default", "case_sensitive");
        var getter = new AttributeGetter(runtime, bound[0]!, bound[1]);
        object Key(object item) => Fold(getter.Get(item), bound[2]);
        var groups = new List<(object Key, List<object> Items)>();
        foreach (var item in Sorted(runtime, Python.ToList(runtime, value), Key, isReverse: false))
        {
            if (groups.Count == 0 || !Python.Equal(runtime, groups[^1].Key, Key(item)))
            {
                groups.Add((Key(item), []));
            }

            groups[^1].Items.Add(item);
        }

        // The group bears the first item's own spelling.
        return new ListValue([.. groups.Select(g => new TupleValue([getter.Get(g.Items[0]), new ListValue(g.Items)], ["grouper", "list"]))]);
    }

    private static string Join(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("join", "d", "attribute");
        var getter = AttributeGetter.Many(runtime, bound[1]);
        var texts = Python.ToList(runtime, value).ConvertAll(item => ValueText.Str(runtime, getter(item)));
        var separator = ValueText.Str(runtime, bound[0] ?? "");
        Budget.CheckLength(texts.Sum(t => (long)t.Length) + ((long)separator.Length * texts.Count));
        return runtime.Budget.Check(string.Join(separator, texts));
    }

    private static object Extreme(Runtime runtime, object value, Arguments arguments, string name)
    {
        var bound = arguments.Bind(name, "case_sensitive", "attribute");
        var getter = AttributeGetter.Many(runtime, bound[1]);
        object? best = null;
        foreach (var item in Python.ToList(runtime, value))
        {
            var (here, there) = (Fold(getter(item), bound[0]), best is null ? null : Fold(getter(best), bound[0]));
            if (there is null || Arithmetic.Ordered(runtime, name == "max" ? ">" : "<", here, there))
            {
                best = item;
            }
        }

        return best ?? new UndefinedValue("No aggregated item, sequence was empty.");
    }

    private static object Reverse(Runtime runtime, object value, Arguments arguments)
    {
        if (Python.AsText(value) is { } text)
        {
            return string.Concat(CodePoints.Split(text).Reverse());
        }

        var items = Python.ToList(runtime, value);
        items.Reverse();
        return new IteratorValue(items);
    }

    private static object Sum(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("sum", "attribute", "start");
        var getter = AttributeGetter.Many(runtime, bound[0]);
        var start = bound[1] ?? 0L;
        return Python.AsText(start) is null
            ? Python.ToList(runtime, value).Aggregate(start, (sum, item) => Arithmetic.Apply(runtime, "+", sum, getter(item)))
            : throw new JinjaException("sum() can't sum strings [use ''.join(seq) instead]");
    }

    private static IteratorValue Unique(Runtime runtime, object value, Arguments arguments)
    {
        var bound = arguments.Bind("unique", "case_sensitive", "attribute");
        var getter = AttributeGetter.Many(runtime, bound[1]);
        var seen = new HashSet<object>(KeyComparer.Instance);
        return new IteratorValue(Python.ToList(runtime, value).FindAll(item => seen.Add(Fold(getter(item), bound[0]))));
    }
}
