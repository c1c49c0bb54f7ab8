using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Nodes;

internal sealed record MacroParameter(string Name, Expression? Default);

/// <param name="Name">What it is called.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Body">What it writes.</param>
/// <param name="NamesUsed">Every name its body reads.</param>
internal sealed record MacroDefinition(
    string Name, IReadOnlyList<MacroParameter> Parameters, IReadOnlyList<Statement> Body, IReadOnlySet<string> NamesUsed)
{
    public bool Uses(string name) => NamesUsed.Contains(name) && !Parameters.Any(p => p.Name == name);
}

internal sealed record MacroNode(int Line, MacroDefinition Definition) : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        frame.Scope.Set(Definition.Name, new MacroValue(Definition, frame.Scope));
        return Flow.Next;
    }
}

/// <summary>Calls a macro and hands it the block as caller().</summary>
internal sealed record CallBlockNode(int Line, CallNode Call, MacroDefinition Caller) : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        frame.Write(ValueText.Str(frame.Runtime, Call.Invoke(frame, new MacroValue(Caller, frame.Scope))));
        return Flow.Next;
    }
}
