using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Filters;

internal delegate object Filter(Runtime runtime, object value, Arguments arguments);

internal static class FilterTable
{
    private static readonly Dictionary<string, Filter> Filters = TextFilters.All
        .Concat(SequenceFilters.All).Concat(SelectionFilters.All).Concat(NumberFilters.All)
        .ToDictionary(f => f.Name, f => f.Filter, StringComparer.Ordinal);

    // Jinja's own that chat templates have no use for: they fail where they are reached.
    private static readonly string[] NotImplemented = ["filesizeformat", "pprint", "random", "urlize", "wordwrap", "xmlattr"];

    public static bool IsKnownToJinja(string name) => Has(name) || NotImplemented.Contains(name);

    public static bool Has(string name) => Filters.ContainsKey(name);

    public static object Apply(Runtime runtime, string name, object value, Arguments arguments) =>
        Filters.TryGetValue(name, out var filter) ? filter(runtime, value, arguments) : throw new JinjaException($"no filter named '{name}'");
}
