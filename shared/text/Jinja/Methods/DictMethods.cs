using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Methods;

internal static class DictMethods
{
    public static object? Find(DictValue dict, string name) => name switch
    {
        "keys" or "values" or "items" => new FunctionValue(name, (_, arguments) =>
        {
            arguments.Bind(name);
            return new DictViewValue($"dict_{name}", dict);
        }),
        "get" => new FunctionValue(name, (_, arguments) =>
        {
            var bound = arguments.Bind(name, "key!", "default");
            return dict.Items.TryGetValue(bound[0]!, out var value) ? value : bound[1] ?? NoneValue.Instance;
        }),
        "copy" => new FunctionValue(name, (_, _) => dict),
        "pop" or "popitem" or "update" or "setdefault" or "clear" => new ForbiddenMethodValue("dict", name),
        _ => null,
    };
}
