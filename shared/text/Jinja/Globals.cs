using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja;

// The functions that every template sees.
internal static class Globals
{
    // The sandbox's own limit on range().
    private const long MaxRange = 100_000;

    /// <summary>Their scope; nobody sets variables in it.</summary>
    public static Scope Scope { get; } = Create();

    private static Scope Create()
    {
        var scope = new Scope(null);
        foreach (var function in (FunctionValue[])
        [
            new("range", (_, arguments) => Range(arguments)),
            new("dict", Dict),
            new("namespace", Namespace),
            new("cycler", (_, arguments) => arguments.Positional.Count > 0
                ? new CyclerValue(arguments.Positional)
                : throw new JinjaException("at least one item has to be provided")),
            new("joiner", (_, arguments) => Joiner(arguments)),
            new("raise_exception", (runtime, arguments) =>
                throw new JinjaException(ValueText.Str(runtime, arguments.Bind("raise_exception", "message!")[0]!), raisedByTemplate: true)),
            new("strftime_now", (runtime, arguments) =>
                Strftime.Format(runtime.Now, Arguments.Text(arguments.Bind("strftime_now", "format!")[0], ""))),
        ])
        {
            scope.Set(function.Name, function);
        }

        return scope;
    }

    private static RangeValue Range(Arguments arguments)
    {
        var bound = arguments.Bind("range", "start!", "stop", "step");
        var (start, stop) = bound[1] is null ? (0, Arguments.Integer(bound[0], 0)) : (Arguments.Integer(bound[0], 0), Arguments.Integer(bound[1], 0));
        var step = Arguments.Integer(bound[2], 1);
        if (step == 0)
        {
            throw new JinjaException("range() arg 3 must not be zero");
        }

        var span = step > 0 ? (Int128)stop - start : (Int128)start - stop;
        var stride = Int128.Abs(step);
        var count = span <= 0 ? 0 : (span + stride - 1) / stride;
        return count <= MaxRange
            ? new RangeValue(start, (long)count, step)
            : throw new JinjaException($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MaxRange}).");
    }

    private static DictValue Dict(Runtime runtime, Arguments arguments)
    {
        var items = DictValue.NewItems();
        if (arguments.Positional is [DictValue source, ..])
        {
            foreach (var (key, value) in source.Items)
            {
                items[key] = value;
            }
        }
        else if (arguments.Positional.Count > 0)
        {
            foreach (var pair in Python.Iterate(arguments.Positional[0]))
            {
                items[Python.ToList(runtime, pair) is [var key, var value] ? key : throw new JinjaException("dict() wants pairs")] = value;
            }
        }

        foreach (var (name, value) in arguments.Named)
        {
            items[name] = value;
        }

        return new DictValue(items);
    }

    private static NamespaceValue Namespace(Runtime runtime, Arguments arguments)
    {
        var space = new NamespaceValue();
        foreach (var (key, value) in Dict(runtime, arguments).Items)
        {
            space.Attributes[ValueText.Str(runtime, key)] = value;
        }

        return space;
    }

    private static FunctionValue Joiner(Arguments arguments)
    {
        var separator = arguments.Bind("joiner", "sep")[0] ?? ", ";
        var isFirst = true;
        return new FunctionValue("joiner", (_, _) =>
        {
            var now = isFirst ? "" : separator;
            isFirst = false;
            return now;
        });
    }
}
