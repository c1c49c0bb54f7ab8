namespace LoraMesh.Text.Constraints;

// A recursive transition network: one automaton over bytes for each rule, and edges that call rules. It is trimmed: from
// every state the end of its rule can be reached.
internal sealed class Grammar(Edge[][] edges, bool[] ends, int[] heights, int[] ruleStarts, int root)
{
    /// <summary>Calls within calls. Beyond that, what would go deeper is not offered to the model.</summary>
    public const int MaxDepth = 256;

    public int Root => ruleStarts[root];

    public int StartOf(int rule) => ruleStarts[rule];

    public ReadOnlySpan<Edge> EdgesOf(int state) => edges[state];

    /// <summary>Whether nothing is left of the rule but to end.</summary>
    public bool IsTail(int state)
    {
        while (edges[state] is [{ Kind: EdgeKind.Empty } only])
        {
            state = only.Target;
        }

        return ends[state] && edges[state].Length == 0;
    }

    /// <summary>Whether a rule may end here.</summary>
    public bool IsEnd(int state) => ends[state];

    /// <summary>How many calls within calls it takes at least to get from here to the end of the rule.</summary>
    public int HeightOf(int state) => heights[state];

    /// <summary>The bytes at which some state's edges begin or end, so that all bytes between two of them are alike.</summary>
    public byte[] Classes(out int count)
    {
        var borders = new bool[257];
        foreach (var edge in edges.SelectMany(state => state).Where(edge => edge.Kind == EdgeKind.Bytes))
        {
            borders[edge.Low] = true;
            borders[edge.High + 1] = true;
        }

        var classes = new byte[256];
        count = 0;
        for (var value = 0; value < 256; value++)
        {
            count += value > 0 && borders[value] ? 1 : 0;
            classes[value] = (byte)count;
        }

        count++;
        return classes;
    }
}

internal enum EdgeKind
{
    Bytes,
    Empty,
    Call,
}

/// <param name="Kind">What it takes to go along it.</param>
/// <param name="Low">Bytes: the lowest. Call: the rule.</param>
/// <param name="High">Bytes: the highest.</param>
/// <param name="Target">The state it leads to; for a call, once the rule has ended.</param>
internal readonly record struct Edge(EdgeKind Kind, int Low, int High, int Target);
