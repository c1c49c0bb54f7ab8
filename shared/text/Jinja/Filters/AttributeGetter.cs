using System.Globalization;
using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Methods;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Filters;

// The attribute arguments of filters: "a.b" walks, whole numbers are indices.
internal sealed class AttributeGetter
{
    private readonly object[] _path;
    private readonly object? _default;

    public AttributeGetter(Runtime runtime, object attribute, object? whenUndefined = null)
    {
        _path = attribute is long ? [attribute] : [.. ValueText.Str(runtime, attribute).Split('.').Select(Part)];
        _default = whenUndefined is NoneValue ? null : whenUndefined;
    }

    public object Get(object item)
    {
        foreach (var part in _path)
        {
            item = Members.Item(item, part);
            if (item is UndefinedValue && _default is not null)
            {
                item = _default;
            }
        }

        return item;
    }

    /// <summary>Reads one attribute, or several with commas between, which make a list; without an attribute, the item itself.</summary>
    public static Func<object, object> Many(Runtime runtime, object? attribute)
    {
        if (attribute is null or NoneValue)
        {
            return item => item;
        }

        if (attribute is not string text || !text.Contains(','))
        {
            return new AttributeGetter(runtime, attribute).Get;
        }

        var getters = text.Split(',').Select(part => new AttributeGetter(runtime, part)).ToArray();
        return item => new ListValue([.. getters.Select(g => g.Get(item))]);
    }

    /// <summary>Lower case for text, within lists too; anything else as it is.</summary>
    public static object IgnoreCase(object value) => value switch
    {
        string text => TextCase.Lower(text),
        MarkupValue markup => TextCase.Lower(markup.Text),
        ListValue list => new ListValue([.. list.Items.Select(IgnoreCase)]),
        _ => value,
    };

    private static object Part(string part) =>
        part.Length > 0 && part.All(char.IsAsciiDigit) && long.TryParse(part, CultureInfo.InvariantCulture, out var index) ? index : part;
}
