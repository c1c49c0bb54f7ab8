using LoraMesh.Text.Jinja.Values;

namespace LoraMesh.Text.Jinja.Nodes;

internal sealed record ForNode(
    int Line,
    AssignmentTarget Target,
    Expression Items,
    Expression? Filter,
    bool IsRecursive,
    IReadOnlyList<Statement> Body,
    IReadOnlyList<Statement> Else) : Statement(Line)
{
    protected override Flow Execute(Frame frame)
    {
        Run(frame, Items.Evaluate(frame), depth: 0);
        return Flow.Next;
    }

    private void Run(Frame frame, object iterable, int depth)
    {
        frame.Runtime.Enter(Line);
        var items = Python.ToList(frame.Runtime, iterable);
        if (Filter is not null)
        {
            items = items.FindAll(item =>
            {
                var inner = frame.Inner();
                Target.Assign(inner, item);
                return Python.IsTrue(Filter.Evaluate(inner));
            });
        }

        var loop = new LoopValue(items, depth, IsRecursive ? next => Recurse(frame, next, depth + 1) : null);
        var cameToItsEnd = false;
        for (; loop.Index < items.Count; loop.Index++)
        {
            var inner = frame.Inner();
            inner.Scope.Set("loop", loop);
            Target.Assign(inner, items[loop.Index]);
            var flow = ExecuteAll(Body, inner);
            if (flow == Flow.Break)
            {
                break;
            }

            cameToItsEnd |= flow == Flow.Next;
        }

        // Jinja notes that there was an iteration only where one comes to its end: after nothing but continue and break,
        // else is executed all the same.
        if (!cameToItsEnd)
        {
            ExecuteAll(Else, frame.Inner());
        }
    }

    private string Recurse(Frame frame, object iterable, int depth)
    {
        frame.Runtime.Budget.EnterMacro();
        var inner = frame.Capturing();
        Run(inner, iterable, depth);
        frame.Runtime.Budget.LeaveMacro();
        return frame.Runtime.Budget.Check(inner.Output.ToString());
    }
}
