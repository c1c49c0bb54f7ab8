using System.Text;

namespace LoraMesh.Text.Jinja;

// Where a statement runs: with which variables, and where its text goes.
internal sealed record Frame(Runtime Runtime, Scope Scope, StringBuilder Output)
{
    public Frame Inner() => this with { Scope = new Scope(Scope) };

    public Frame Capturing() => this with { Scope = new Scope(Scope), Output = new StringBuilder() };

    public void Write(string text)
    {
        Budget.CheckLength((long)Output.Length + text.Length);
        Output.Append(text);
    }
}
