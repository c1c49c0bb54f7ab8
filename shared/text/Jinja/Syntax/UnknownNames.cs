namespace LoraMesh.Text.Jinja.Syntax;

// Filters and tests that do not exist. Jinja refuses them while it reads the template, except directly within an if, block
// or expression, where they fail when they are reached.
internal sealed class UnknownNames
{
    private readonly List<(int Line, string Reason)> _found = [];

    /// <summary>Whether what is read now stands directly within an if block.</summary>
    public bool IsWithinIf { get; set; }

    /// <summary>How many were noted.</summary>
    public int Count => _found.Count;

    /// <summary>Notes one.</summary>
    public void Add(int line, string reason)
    {
        if (!IsWithinIf)
        {
            _found.Add((line, reason));
        }
    }

    /// <summary>Forgets those after the first <paramref name="count"/>: they turned out to stand within an if expression.</summary>
    public void Forget(int count) => _found.RemoveRange(count, _found.Count - count);

    /// <summary>Refuses the template if one was noted.</summary>
    public void Check()
    {
        if (_found is [var (line, reason), ..])
        {
            throw new ChatTemplateException(line, reason);
        }
    }
}
