using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Filters;

// Filters that take another filter or a test by name.
internal static class SelectionFilters
{
    public static IEnumerable<(string Name, Filter Filter)> All =>
    [
        ("map", Map),
        ("select", (r, v, a) => Select(r, v, a, keeps: true, byAttribute: false)),
        ("reject", (r, v, a) => Select(r, v, a, keeps: false, byAttribute: false)),
        ("selectattr", (r, v, a) => Select(r, v, a, keeps: true, byAttribute: true)),
        ("rejectattr", (r, v, a) => Select(r, v, a, keeps: false, byAttribute: true)),
    ];

    private static IteratorValue Map(Runtime runtime, object value, Arguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            var bound = new Arguments([], arguments.Named).Bind("map", "attribute!", "default");
            var getter = new AttributeGetter(runtime, bound[0]!, bound[1]);
            return new IteratorValue(Items(runtime, value).ConvertAll(getter.Get));
        }

        var name = ValueText.Str(runtime, arguments.Positional[0]);
        var rest = new Arguments(arguments.Positional[1..], arguments.Named);
        return new IteratorValue(Items(runtime, value).ConvertAll(item => FilterTable.Apply(runtime, name, item, rest)));
    }

    private static IteratorValue Select(Runtime runtime, object value, Arguments arguments, bool keeps, bool byAttribute)
    {
        var positional = arguments.Positional;
        Func<object, object> getter = item => item;
        if (byAttribute)
        {
            getter = positional.Count > 0 ? new AttributeGetter(runtime, positional[0]).Get : throw new JinjaException("Missing parameter for attribute name");
            positional = positional[1..];
        }

        Predicate<object> holds = Python.IsTrue;
        if (positional.Count > 0)
        {
            var name = ValueText.Str(runtime, positional[0]);
            var rest = new Arguments(positional[1..], arguments.Named);
            holds = item => TestTable.Apply(runtime, name, item, rest);
        }

        return new IteratorValue(Items(runtime, value).FindAll(item => holds(getter(item)) == keeps));
    }

    // Jinja asks first whether there is anything: false, zero and none pass for an empty list.
    private static List<object> Items(Runtime runtime, object value) => Python.IsTrue(value) ? Python.ToList(runtime, value) : [];
}
