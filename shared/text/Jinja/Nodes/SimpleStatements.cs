using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Nodes;

internal sealed record TextNode(int Line, string Text) : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        frame.Write(Text);
        return Flow.Next;
    }
}

internal sealed record PrintNode(int Line, Expression Value) : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        frame.Write(ValueText.Str(frame.Runtime, Value.Evaluate(frame)));
        return Flow.Next;
    }
}

internal sealed record LeaveNode(int Line, Flow Flow) : Statement(Line)
{
    protected override Flow Execute(Frame frame) => Flow;
}

internal sealed record IfNode(int Line, IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Else)
    : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        foreach (var (test, body) in Branches)
        {
            if (Python.IsTrue(test.Evaluate(frame)))
            {
                return ExecuteAll(body, frame);
            }
        }

        return ExecuteAll(Else, frame);
    }
}

internal sealed record SetNode(int Line, AssignmentTarget Target, Expression Value) : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        Target.Assign(frame, Value.Evaluate(frame));
        return Flow.Next;
    }
}

/// <summary>Runs its body with variables of its own; their values are worked out without them.</summary>
internal sealed record WithNode(int Line, IReadOnlyList<(AssignmentTarget Target, Expression Value)> Variables, IReadOnlyList<Statement> Body)
    : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        var inner = frame.Inner();
        foreach (var (target, value) in Variables)
        {
            target.Assign(inner, value.Evaluate(frame));
        }

        return ExecuteAll(Body, inner);
    }
}

/// <summary>Marks what the assistant says, for the mask of training.</summary>
internal sealed record GenerationNode(int Line, IReadOnlyList<Statement> Body) : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        var text = (string)new CapturedNode(Line, Body).Evaluate(frame);
        frame.Runtime.Generations.Add((frame.Runtime.Output.Length, text));
        frame.Write(text);
        return Flow.Next;
    }
}
