using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Methods;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Filters;

// What may stand after is, and what select and its kin take by name.
internal static class TestTable
{
    private delegate bool Test(Runtime runtime, object value, object? argument);

    // A ! ends the names of tests that take an argument.
    private static readonly Dictionary<string, Test> Tests = new(StringComparer.Ordinal)
    {
        ["boolean"] = (_, value, _) => value is bool,
        ["callable"] = (_, value, _) => value is CallableValue or UndefinedValue,
        ["defined"] = (_, value, _) => value is not UndefinedValue,
        ["undefined"] = (_, value, _) => value is UndefinedValue,
        ["none"] = (_, value, _) => value is NoneValue,
        ["true"] = (_, value, _) => value is true,
        ["false"] = (_, value, _) => value is false,
        ["escaped"] = (_, value, _) => value is MarkupValue,
        ["float"] = (_, value, _) => value is double,
        ["integer"] = (_, value, _) => Numbers.IsInteger(value) && value is not bool,
        ["number"] = (_, value, _) => Numbers.IsNumber(value),
        ["string"] = (_, value, _) => Python.AsText(value) is not null,
        ["mapping"] = (_, value, _) => value is DictValue,
        ["iterable"] = (_, value, _) => Python.TryIterate(value) is not null,
        ["sequence"] = (_, value, _) => Python.AsText(value) is not null || value is ListValue or TupleValue or DictValue or RangeValue or UndefinedValue,
        ["lower"] = (runtime, value, _) => TextCase.IsLower(ValueText.Str(runtime, value)),
        ["upper"] = (runtime, value, _) => TextCase.IsUpper(ValueText.Str(runtime, value)),
        ["odd"] = (runtime, value, _) => Python.Equal(runtime, Arithmetic.Apply(runtime, "%", value, 2L), 1L),
        ["even"] = (runtime, value, _) => Python.Equal(runtime, Arithmetic.Apply(runtime, "%", value, 2L), 0L),
        ["filter"] = (_, value, _) => value is string name && FilterTable.Has(name),
        ["test"] = (_, value, _) => value is string name && Has(name),
        ["divisibleby!"] = (runtime, value, by) => Python.Equal(runtime, Arithmetic.Apply(runtime, "%", value, by!), 0L),
        ["in!"] = (runtime, value, container) => Python.Contains(runtime, container!, value),
        ["sameas!"] = (_, value, other) => ReferenceEquals(value, other)
            || (value.GetType() == other!.GetType() && value is bool or long or string && value.Equals(other)),
        ["eq!"] = (runtime, value, other) => Python.Equal(runtime, value, other!),
        ["ne!"] = (runtime, value, other) => !Python.Equal(runtime, value, other!),
        ["lt!"] = (runtime, value, other) => Arithmetic.Ordered(runtime, "<", value, other!),
        ["le!"] = (runtime, value, other) => Arithmetic.Ordered(runtime, "<=", value, other!),
        ["gt!"] = (runtime, value, other) => Arithmetic.Ordered(runtime, ">", value, other!),
        ["ge!"] = (runtime, value, other) => Arithmetic.Ordered(runtime, ">=", value, other!),
    };

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["equalto"] = "eq", ["=="] = "eq", ["!="] = "ne", ["<"] = "lt", ["lessthan"] = "lt", ["<="] = "le",
        [">"] = "gt", ["greaterthan"] = "gt", [">="] = "ge",
    };

    public static bool Apply(Runtime runtime, string name, object value, Arguments arguments)
    {
        name = Aliases.GetValueOrDefault(name, name);
        if (Tests.TryGetValue(name, out var test))
        {
            arguments.Bind(name);
            return test(runtime, value, null);
        }

        return Tests.TryGetValue(name + "!", out test)
            ? test(runtime, value, arguments.Bind(name, "other!")[0])
            : throw new JinjaException($"no test named '{name}'");
    }

    public static bool Has(string name) => Tests.ContainsKey(name) || Tests.ContainsKey(name + "!") || Aliases.ContainsKey(name);
}
