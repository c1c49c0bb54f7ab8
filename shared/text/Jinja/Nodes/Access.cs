using LoraMesh.Text.Jinja.Methods;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Nodes;

/// <summary>a.name: a method or attribute first, then the item of that name.</summary>
internal sealed record AttributeNode(int Line, Expression Target, string Name) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var target = Target.Evaluate(frame);
        frame.Runtime.Enter(Line);
        return Members.Attribute(target, Name);
    }
}

/// <summary>a[index]: an item first, then the method or attribute of that name.</summary>
internal sealed record ItemNode(int Line, Expression Target, Expression Index) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var target = Target.Evaluate(frame);
        var index = Index.Evaluate(frame);
        frame.Runtime.Enter(Line);
        return Members.Item(target, index);
    }
}

internal sealed record SliceNode(int Line, Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var target = Target.Evaluate(frame);
        return Slicing.Slice(frame.Runtime, target, Start?.Evaluate(frame), Stop?.Evaluate(frame), Step?.Evaluate(frame));
    }
}
