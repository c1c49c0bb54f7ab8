using LoraMesh.Text.Jinja.Formatting;
using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Nodes;

internal sealed record BinaryNode(int Line, string Operator, Expression Left, Expression Right) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var left = Left.Evaluate(frame);
        var right = Right.Evaluate(frame);
        frame.Runtime.Enter(Line);
        return Arithmetic.Apply(frame.Runtime, Operator, left, right);
    }
}

internal sealed record SignNode(int Line, string Operator, Expression Operand) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var value = Operand.Evaluate(frame);
        return value switch
        {
            UndefinedValue undefined => throw Python.Undefined(undefined),
            _ when !Numbers.IsNumber(value) => throw new JinjaException($"bad operand type for unary {Operator}: '{Python.TypeName(value)}'"),
            _ when Operator == "-" => Numbers.Negate(value),
            bool flag => flag ? 1L : 0L,
            _ => value,
        };
    }
}

internal sealed record NotNode(int Line, Expression Operand) : Expression(Line)
{
    protected override object Compute(Frame frame) => !Python.IsTrue(Operand.Evaluate(frame));
}

/// <summary>and, or: the value that decided, not its truth.</summary>
internal sealed record LogicNode(int Line, bool IsAnd, Expression Left, Expression Right) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var left = Left.Evaluate(frame);
        return Python.IsTrue(left) == IsAnd ? Right.Evaluate(frame) : left;
    }
}

internal sealed record ConcatenationNode(int Line, IReadOnlyList<Expression> Parts) : Expression(Line)
{
    protected override object Compute(Frame frame) =>
        frame.Runtime.Budget.Check(string.Concat(Parts.Select(p => ValueText.Str(frame.Runtime, p.Evaluate(frame)))));
}

internal sealed record ConditionNode(int Line, Expression Test, Expression Then, Expression? Else) : Expression(Line)
{
    protected override object Compute(Frame frame) =>
        Python.IsTrue(Test.Evaluate(frame)) ? Then.Evaluate(frame)
        : Else?.Evaluate(frame) ?? new UndefinedValue("the inline if-expression evaluated to false and no else section was defined");
}

/// <summary>a &lt; b &lt; c: every operand evaluated once, and none after the first comparison that fails.</summary>
internal sealed record ComparisonNode(int Line, Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest) : Expression(Line)
{
    protected override object Compute(Frame frame)
    {
        var left = First.Evaluate(frame);
        foreach (var (op, operand) in Rest)
        {
            var right = operand.Evaluate(frame);
            if (!Holds(frame.Runtime, op, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private static bool Holds(Runtime runtime, string op, object left, object right)
    {
        switch (op)
        {
            case "==":
                return Python.Equal(runtime, left, right);
            case "!=":
                return !Python.Equal(runtime, left, right);
            case "in":
                return Python.Contains(runtime, right, left);
            case "not in":
                return !Python.Contains(runtime, right, left);
            default:
                return Arithmetic.Ordered(runtime, op, left, right);
        }
    }
}
