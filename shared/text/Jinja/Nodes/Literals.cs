using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Nodes;

internal sealed record ConstantNode(int Line, object Value) : Expression(Line)
{
    protected override object Compute(Frame frame) => Value;
}

internal sealed record NameNode(int Line, string Name) : Expression(Line)
{
    protected override object Compute(Frame frame) => frame.Scope.Find(Name) ?? new UndefinedValue($"'{Name}' is undefined");
}

internal sealed record ListNode(int Line, IReadOnlyList<Expression> Items) : Expression(Line)
{
    protected override object Compute(Frame frame) => new ListValue([.. Items.Select(i => i.Evaluate(frame))]);
}

internal sealed record TupleNode(int Line, IReadOnlyList<Expression> Items) : Expression(Line)
{
    protected override object Compute(Frame frame) => new TupleValue([.. Items.Select(i => i.Evaluate(frame))]);
}

internal sealed record DictNode(int Line, IReadOnlyList<(Expression Key, Expression Value)> Items) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var items = DictValue.NewItems();
        foreach (var (key, value) in Items)
        {
            items[key.Evaluate(frame)] = value.Evaluate(frame);
        }

        return new DictValue(items);
    }
}
