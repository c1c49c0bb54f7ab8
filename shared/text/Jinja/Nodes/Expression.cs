namespace LoraMesh.Text.Jinja.Nodes;

internal abstract record Expression(int Line)
{
    public object Evaluate(Frame frame)
    {
        frame.Runtime.Enter(Line);
        return Compute(frame);
    }

    protected abstract object Compute(Frame frame);
}
