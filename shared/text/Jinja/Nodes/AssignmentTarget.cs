using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Nodes;

internal abstract record AssignmentTarget
{
    public abstract void Assign(Frame frame, object value);
}

internal sealed record NameTarget(string Name) : AssignmentTarget
{
    public override void Assign(Frame frame, object value) => frame.Scope.Set(Name, value);
}

internal sealed record NamespaceTarget(string Name, string Attribute) : AssignmentTarget
{
    public override void Assign(Frame frame, object value)
    {
        if (frame.Scope.Find(Name) is not NamespaceValue target)
        {
            throw new JinjaException($"cannot assign attribute '{Attribute}' of '{Name}': only a namespace() can be changed");
        }

        target.Attributes[Attribute] = value;
    }
}

internal sealed record TupleTarget(IReadOnlyList<AssignmentTarget> Items) : AssignmentTarget
{
    public override void Assign(Frame frame, object value)
    {
        var values = Python.ToList(frame.Runtime, value);
        if (values.Count != Items.Count)
        {
            throw new JinjaException($"cannot unpack {values.Count} values into {Items.Count} names");
        }

        for (var i = 0; i < values.Count; i++)
        {
            Items[i].Assign(frame, values[i]);
        }
    }
}
