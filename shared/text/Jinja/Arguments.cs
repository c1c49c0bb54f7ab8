using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja;

// The arguments of a call, by position and by name.
internal sealed class Arguments(List<object> positional, Dictionary<string, object> named)
{
    public static Arguments None => new([], []);

    public List<object> Positional { get; } = positional;

    public Dictionary<string, object> Named { get; } = named;

    /// <summary>The values for the parameters, in their order; null where not given. A name that ends in ! must be given.</summary>
    public object?[] Bind(string function, params string[] parameters)
    {
        if (Positional.Count > parameters.Length)
        {
            throw new JinjaException($"{function}() takes up to {parameters.Length} arguments but {Positional.Count} were given");
        }

        var values = new object?[parameters.Length];
        var used = 0;
        for (var i = 0; i < parameters.Length; i++)
        {
            var name = parameters[i].TrimEnd('!');
            if (i < Positional.Count)
            {
                values[i] = Positional[i];
                if (Named.ContainsKey(name))
                {
                    throw new JinjaException($"{function}() got multiple values for argument '{name}'");
                }
            }
            else if (Named.TryGetValue(name, out var value))
            {
                values[i] = value;
                used++;
            }
            else if (name != parameters[i])
            {
                throw new JinjaException($"{function}() is missing its argument '{name}'");
            }
        }

        return used == Named.Count ? values
            : throw new JinjaException($"{function}() got an unexpected keyword argument '{Named.Keys.First(n => !parameters.Any(p => p.TrimEnd('!') == n))}'");
    }

    public static long Integer(object? value, long whenAbsent) => value switch
    {
        null or NoneValue => whenAbsent,
        long number => number,
        bool flag => flag ? 1 : 0,
        UndefinedValue undefined => throw Python.Undefined(undefined),
        _ => throw new JinjaException($"'{Python.TypeName(value)}' object cannot be interpreted as an integer"),
    };

    public static string Text(object? value, string whenAbsent) => value switch
    {
        null => whenAbsent,
        UndefinedValue undefined => throw Python.Undefined(undefined),
        _ => Python.AsText(value) ?? throw new JinjaException($"a string was expected, not '{Python.TypeName(value)}'"),
    };
}
