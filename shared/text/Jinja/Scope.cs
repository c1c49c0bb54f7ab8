namespace LoraMesh.Text.Jinja;

// Variables of a block. Reading looks outwards; setting stays within, which is why a loop cannot count without a namespace.
internal sealed class Scope(Scope? outer)
{
    private Dictionary<string, object>? _variables;

    public object? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._variables is { } variables && variables.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    private Scope? Outer => outer;

    public void Set(string name, object value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;
}
