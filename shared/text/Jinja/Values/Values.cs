using System.Collections;

namespace LoraMesh.Text.Jinja.Values;

// Python's values as objects. bool, long, BigInteger, double and string stand for themselves.
internal sealed class NoneValue
{
    public static readonly NoneValue Instance = new();

    private NoneValue()
    {
    }
}

/// <param name="Hint">What was looked for, for the error that using it raises.</param>
internal sealed record UndefinedValue(string Hint);

/// <summary>Text that is already escaped for HTML; adding to it escapes what is added.</summary>
internal sealed record MarkupValue(string Text);

internal sealed class ListValue(IReadOnlyList<object> items)
{
    public IReadOnlyList<object> Items { get; } = items;
}

/// <param name="items">The items.</param>
/// <param name="names">Names of the items, for tuples that have such, as those of groupby do.</param>
internal sealed class TupleValue(IReadOnlyList<object> items, IReadOnlyList<string>? names = null)
{
    public IReadOnlyList<object> Items { get; } = items;

    public object? Named(string name) => names?.ToList().IndexOf(name) is >= 0 and var index ? Items[index] : null;
}

internal sealed class DictValue(OrderedDictionary<object, object> items)
{
    public OrderedDictionary<object, object> Items { get; } = items;

    public static OrderedDictionary<object, object> NewItems() => new(KeyComparer.Instance);
}

/// <summary>What keys(), values() and items() of a dict return.</summary>
internal sealed record DictViewValue(string Kind, DictValue Source)
{
    public IEnumerable<object> Items => Kind switch
    {
        "dict_keys" => Source.Items.Keys,
        "dict_values" => Source.Items.Values,
        _ => Source.Items.Select(p => new TupleValue([p.Key, p.Value])),
    };
}

internal sealed record RangeValue(long Start, long Count, long Step)
{
    public object this[long index] => Start + (index * Step);
}

/// <summary>A generator: it can be gone through once.</summary>
internal sealed class IteratorValue(IEnumerable<object> items) : IEnumerable<object>
{
    private readonly IEnumerator<object> _items = items.GetEnumerator();

    public IEnumerator<object> GetEnumerator()
    {
        while (_items.MoveNext())
        {
            yield return _items.Current;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What namespace() returns: the one value whose attributes a template may set.</summary>
internal sealed class NamespaceValue
{
    public Dictionary<string, object> Attributes { get; } = new(StringComparer.Ordinal);
}

internal abstract class CallableValue
{
    public abstract string Name { get; }

    public abstract object Invoke(Runtime runtime, Arguments arguments);
}

internal sealed class FunctionValue(string name, Func<Runtime, Arguments, object> body) : CallableValue
{
    public override string Name => name;

    public override object Invoke(Runtime runtime, Arguments arguments) => body(runtime, arguments);
}

/// <summary>A method that changes its object; the sandbox of chat templates lets it be named but not called.</summary>
internal sealed class ForbiddenMethodValue(string owner, string name) : CallableValue
{
    public override string Name => name;

    public override object Invoke(Runtime runtime, Arguments arguments) =>
        throw new JinjaException($"calling {name}() of a {owner} is not allowed: lists and dicts of a template cannot be changed in place; build a new one, such as items + [item]");
}
