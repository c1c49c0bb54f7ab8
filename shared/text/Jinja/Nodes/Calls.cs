using LoraMesh.Text.Jinja.Filters;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Nodes;

internal sealed record ArgumentList(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? All, Expression? AllNamed)
{
    public static readonly ArgumentList None = new([], [], null, null);

    public Arguments Evaluate(Frame frame)
    {
        var positional = Positional.Select(p => p.Evaluate(frame)).ToList();
        if (All is not null)
        {
            positional.AddRange(Python.ToList(frame.Runtime, All.Evaluate(frame)));
        }

        var named = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in Named)
        {
            named[name] = value.Evaluate(frame);
        }

        if (AllNamed is not null)
        {
            var more = AllNamed.Evaluate(frame) as DictValue ?? throw new JinjaException("the argument after ** must be a mapping");
            foreach (var (name, value) in more.Items)
            {
                named[Python.AsText(name) ?? throw new JinjaException("keywords must be strings")] = value;
            }
        }

        return new Arguments(positional, named);
    }
}

internal sealed record CallNode(int Line, Expression Callee, ArgumentList Arguments) : Expression(Line)
{
    protected override object Compute(Frame frame) => Invoke(frame, null);

    public object Invoke(Frame frame, MacroValue? caller)
    {
        var callee = Callee.Evaluate(frame);
        var arguments = Arguments.Evaluate(frame);
        if (caller is not null)
        {
            arguments.Named["caller"] = caller;
        }

        frame.Runtime.Enter(Line);
        var result = callee switch
        {
            CallableValue callable => callable.Invoke(frame.Runtime, arguments),
            UndefinedValue undefined => throw Python.Undefined(undefined),
            _ => throw new JinjaException($"'{Python.TypeName(callee)}' object is not callable"),
        };
        frame.Runtime.Enter(Line);
        return result;
    }
}

internal sealed record FilterNode(int Line, Expression Input, string Name, ArgumentList Arguments) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var input = Input.Evaluate(frame);
        var arguments = Arguments.Evaluate(frame);
        frame.Runtime.Enter(Line);
        return FilterTable.Apply(frame.Runtime, Name, input, arguments);
    }
}

internal sealed record TestNode(int Line, Expression Input, string Name, ArgumentList Arguments) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var input = Input.Evaluate(frame);
        var arguments = Arguments.Evaluate(frame);
        frame.Runtime.Enter(Line);
        return TestTable.Apply(frame.Runtime, Name, input, arguments);
    }
}

/// <summary>What the body of a filter block has written: the input of its first filter.</summary>
internal sealed record CapturedNode(int Line, IReadOnlyList<Statement> Body) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var inner = frame.Capturing();
        Statement.ExecuteAll(Body, inner);
        return frame.Runtime.Budget.Check(inner.Output.ToString());
    }
}
