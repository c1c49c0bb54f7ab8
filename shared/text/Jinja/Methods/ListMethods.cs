using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Methods;

internal static class ListMethods
{
    public static object? Find(IReadOnlyList<object> items, string owner, string name) => name switch
    {
        "count" => new FunctionValue(name, (runtime, arguments) =>
        {
            var wanted = arguments.Bind(name, "value!")[0]!;
            return (long)items.Count(item => Python.Equal(runtime, item, wanted));
        }),
        "index" => new FunctionValue(name, (runtime, arguments) =>
        {
            var bound = arguments.Bind(name, "value!", "start", "stop");
            var (start, stop) = Slicing.Bounds(items.Count, bound[1], bound[2]);
            for (var i = start; i < stop; i++)
            {
                if (Python.Equal(runtime, items[i], bound[0]!))
                {
                    return (long)i;
                }
            }

            throw new JinjaException($"the value is not in the {owner}");
        }),
        "copy" when owner == "list" => new FunctionValue(name, (_, _) => new ListValue(items)),
        "append" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" or "clear" when owner == "list" =>
            new ForbiddenMethodValue(owner, name),
        _ => null,
    };
}
