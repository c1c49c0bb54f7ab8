namespace LoraMesh.Text.Jinja.Values;

// The variable loop of a for block.
internal sealed class LoopValue(IReadOnlyList<object> items, int depth, Func<object, object>? recurse) : CallableValue
{
    private object? _lastChanged;
    private bool _hasChanged;

    public override string Name => "loop";

    public int Index { get; set; }

    public int Length => items.Count;

    public object? Attribute(string name) => name switch
    {
        "index" => Index + 1L,
        "index0" => (long)Index,
        "revindex" => (long)(items.Count - Index),
        "revindex0" => items.Count - Index - 1L,
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,
        "depth" => depth + 1L,
        "depth0" => (long)depth,
        "previtem" => Index > 0 ? items[Index - 1] : new UndefinedValue("there is no previous item"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new UndefinedValue("there is no next item"),
        "cycle" => new FunctionValue("cycle", (_, arguments) => arguments.Positional.Count > 0
            ? arguments.Positional[Index % arguments.Positional.Count]
            : throw new JinjaException("no items for cycling given")),
        "changed" => new FunctionValue("changed", Changed),
        _ => null,
    };

    public IEnumerable<object> Rest()
    {
        for (; Index < items.Count; Index++)
        {
            yield return new TupleValue([items[Index], this]);
        }
    }

    public override object Invoke(Runtime runtime, Arguments arguments) =>
        recurse is not null
            ? recurse(arguments.Bind("loop", "iterable!")[0]!)
            : throw new JinjaException("the loop must have the 'recursive' marker to be called recursively");

    private object Changed(Runtime runtime, Arguments arguments)
    {
        var now = new TupleValue(arguments.Positional);
        var same = _hasChanged && Python.Equal(runtime, _lastChanged!, now);
        (_lastChanged, _hasChanged) = (now, true);
        return !same;
    }
}
