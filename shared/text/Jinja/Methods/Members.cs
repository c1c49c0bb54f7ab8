using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Methods;

// Attributes and items, and what is undefined of them.
internal static class Members
{
    public static object Attribute(object target, string name) =>
        FindAttribute(target, name) ?? FindItem(target, name) ?? Missing(target, name);

    /// <summary>What the filter attr sees: no items.</summary>
    public static object AttributeOnly(object target, string name) => FindAttribute(target, name) ?? Missing(target, name);

    public static object Item(object target, object index) =>
        FindItem(target, index)
        ?? (Python.AsText(index) is { } name ? FindAttribute(target, name) : null)
        ?? Missing(target, index);

    private static object? FindAttribute(object target, string name)
    {
        if (target is UndefinedValue undefined)
        {
            throw Python.Undefined(undefined);
        }

        if (name.StartsWith("__", StringComparison.Ordinal) && target is not DictValue)
        {
            return new UndefinedValue($"access to attribute '{name}' of '{Python.TypeName(target)}' object is unsafe");
        }

        return target switch
        {
            string text => StringMethods.Find(text, name),
            MarkupValue markup => StringMethods.Find(markup.Text, name),
            DictValue dict => DictMethods.Find(dict, name),
            ListValue list => ListMethods.Find(list.Items, "list", name),
            TupleValue tuple => tuple.Named(name) ?? ListMethods.Find(tuple.Items, "tuple", name),
            NamespaceValue space => space.Attributes.GetValueOrDefault(name),
            LoopValue loop => loop.Attribute(name),
            CyclerValue cycler => cycler.Attribute(name),
            MacroValue macro => MacroAttribute(macro, name),
            double number when name == "is_integer" => new FunctionValue(name, (_, _) => number == Math.Floor(number)),
            _ => null,
        };
    }

    private static object? MacroAttribute(MacroValue macro, string name) => name switch
    {
        "name" => macro.Name,
        "arguments" => new TupleValue([.. macro.Parameters.Select(p => (object)p.Name)]),
        _ => null,
    };

    private static object? FindItem(object target, object index)
    {
        if (target is UndefinedValue undefined)
        {
            throw Python.Undefined(undefined);
        }

        if (target is DictValue dict)
        {
            return index is ListValue or DictValue ? null : dict.Items.TryGetValue(index, out var value) ? value : null;
        }

        if (index is not (long or bool) || Python.TryLength(target) is not { } length)
        {
            return null;
        }

        var at = Arguments.Integer(index, 0);
        at = at < 0 ? at + length : at;
        return at < 0 || at >= length ? null : target switch
        {
            ListValue list => list.Items[(int)at],
            TupleValue tuple => tuple.Items[(int)at],
            RangeValue range => range[at],
            _ when Python.AsText(target) is { } text => CharAt(text, (int)at),
            _ => null,
        };
    }

    private static string CharAt(string text, int index)
    {
        var start = CodePoints.HasPairs(text) ? CodePoints.ToUtf16(text, index) : index;
        var isPair = start + 1 < text.Length && char.IsSurrogatePair(text[start], text[start + 1]);
        return text.Substring(start, isPair ? 2 : 1);
    }

    private static UndefinedValue Missing(object target, object name)
    {
        var what = target is NoneValue ? "None" : $"'{Python.TypeName(target)} object'";
        return new UndefinedValue(name is string text ? $"{what} has no attribute '{text}'" : $"{what} has no such element");
    }
}
