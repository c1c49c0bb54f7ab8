using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Methods;

internal static class Slicing
{
    public static object Slice(Runtime runtime, object target, object? start, object? stop, object? step)
    {
        var stride = Arguments.Integer(step, 1);
        if (stride == 0)
        {
            throw new JinjaException("slice step cannot be zero");
        }

        switch (target)
        {
            case string or MarkupValue:
                return runtime.Budget.Check(SliceText(Python.AsText(target)!, start, stop, stride));
            case ListValue list:
                return new ListValue(Pick(runtime, list.Items, start, stop, stride));
            case TupleValue tuple:
                return new TupleValue(Pick(runtime, tuple.Items, start, stop, stride));
            case RangeValue range:
                return new ListValue(Pick(runtime, Python.ToList(runtime, range), start, stop, stride));
            case UndefinedValue undefined:
                throw Python.Undefined(undefined);
            default:
                throw new JinjaException($"'{Python.TypeName(target)}' object cannot be sliced");
        }
    }

    /// <summary>Start and stop as Python reads them for a step of one: negative ones count from the end, all are clipped.</summary>
    public static (int Start, int Stop) Bounds(int length, object? start, object? stop) =>
        ((int)Clip(Arguments.Integer(start, 0), length, 0, length), (int)Clip(Arguments.Integer(stop, length), length, 0, length));

    private static string SliceText(string text, object? start, object? stop, long stride)
    {
        if (stride == 1 && !CodePoints.HasPairs(text))
        {
            var (from, to) = Bounds(text.Length, start, stop);
            return from < to ? text[from..to] : "";
        }

        var chars = CodePoints.Split(text);
        return string.Concat(Indices(chars.Count, start, stop, stride).Select(i => chars[i]));
    }

    private static List<object> Pick(Runtime runtime, IReadOnlyList<object> items, object? start, object? stop, long stride)
    {
        runtime.Budget.Spend(items.Count);
        return [.. Indices(items.Count, start, stop, stride).Select(i => items[i])];
    }

    private static IEnumerable<int> Indices(int length, object? start, object? stop, long stride)
    {
        var (low, high) = stride > 0 ? (0, length) : (-1, length - 1);
        var from = Clip(Arguments.Integer(start, long.MinValue), length, low, high, stride > 0 ? low : high);
        var to = Clip(Arguments.Integer(stop, long.MinValue), length, low, high, stride > 0 ? high : low);
        for (var i = from; stride > 0 ? i < to : i > to; i += stride)
        {
            yield return (int)i;
        }
    }

    private static long Clip(long value, int length, long low, long high, long whenAbsent) =>
        value == long.MinValue ? whenAbsent : Clip(value, length, low, high);

    private static long Clip(long value, int length, long low, long high) => Math.Clamp(value < 0 ? value + length : value, low, high);
}
