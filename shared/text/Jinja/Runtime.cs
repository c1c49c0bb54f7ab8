using System.Text;

namespace LoraMesh.Text.Jinja;

// What one rendering carries along: its budget, its clock, where it is, and what it has written so far.
internal sealed class Runtime(DateTimeOffset now)
{
    public Budget Budget { get; } = new();

    public DateTimeOffset Now { get; } = now;

    public StringBuilder Output { get; } = new();

    /// <summary>What came out of generation blocks, and where <see cref="Output"/> then ended.</summary>
    public List<(int Start, string Text)> Generations { get; } = [];

    public int Line { get; private set; }

    public void Enter(int line)
    {
        Line = line;
        Budget.Spend();
        Budget.CheckStack();
    }
}
