namespace LoraMesh.Text.Jinja.Nodes;

internal enum Flow
{
    Next,
    Break,
    Continue,
}

internal abstract record Statement(int Line)
{
    public static Flow ExecuteAll(IReadOnlyList<Statement> statements, Frame frame)
    {
        foreach (var statement in statements)
        {
            frame.Runtime.Enter(statement.Line);
            if (statement.Execute(frame) is not Flow.Next and var flow)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    protected abstract Flow Execute(Frame frame);
}
