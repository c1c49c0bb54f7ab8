using LoraMesh.Text.Jinja.Nodes;

namespace LoraMesh.Text.Jinja.Values;

// A macro, or the body of a call block: it sees the variables of the place where it is written.
internal sealed class MacroValue(MacroDefinition definition, Scope home) : CallableValue
{
    public override string Name => definition.Name;

    public IReadOnlyList<MacroParameter> Parameters => definition.Parameters;

    public override object Invoke(Runtime runtime, Arguments arguments)
    {
        runtime.Budget.EnterMacro();
        var frame = new Frame(runtime, home, runtime.Output).Capturing();
        BindParameters(frame, arguments);
        Statement.ExecuteAll(definition.Body, frame);
        runtime.Budget.LeaveMacro();
        return runtime.Budget.Check(frame.Output.ToString());
    }

    private void BindParameters(Frame frame, Arguments arguments)
    {
        var named = new Dictionary<string, object>(arguments.Named);
        for (var i = 0; i < definition.Parameters.Count; i++)
        {
            var parameter = definition.Parameters[i];
            if (i < arguments.Positional.Count)
            {
                frame.Scope.Set(parameter.Name, arguments.Positional[i]);
            }
            else if (named.Remove(parameter.Name, out var value))
            {
                frame.Scope.Set(parameter.Name, value);
            }
            else
            {
                frame.Scope.Set(
                    parameter.Name,
                    parameter.Default?.Evaluate(frame) ?? new UndefinedValue($"parameter '{parameter.Name}' was not provided"));
            }
        }

        BindSpecial(frame, arguments.Positional.Skip(definition.Parameters.Count).ToList(), named);
    }

    // caller, kwargs and varargs exist only where the body names them; else what they would hold is too much.
    private void BindSpecial(Frame frame, List<object> extra, Dictionary<string, object> named)
    {
        if (definition.Uses("caller"))
        {
            frame.Scope.Set("caller", named.Remove("caller", out var caller) ? caller : new UndefinedValue("No caller defined"));
        }

        if (definition.Uses("kwargs"))
        {
            var items = DictValue.NewItems();
            foreach (var (name, value) in named)
            {
                items[name] = value;
            }

            frame.Scope.Set("kwargs", new DictValue(items));
        }
        else if (named.Count > 0)
        {
            throw new JinjaException($"macro '{Name}' takes no keyword argument '{named.Keys.First()}'");
        }

        if (definition.Uses("varargs"))
        {
            frame.Scope.Set("varargs", new TupleValue(extra));
        }
        else if (extra.Count > 0)
        {
            throw new JinjaException($"macro '{Name}' takes not more than {definition.Parameters.Count} argument(s)");
        }
    }
}
