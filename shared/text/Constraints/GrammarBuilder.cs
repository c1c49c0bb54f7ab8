using System.Text;

namespace LoraMesh.Text.Constraints;

// Puts a grammar together. Most members take the state to go on from and return the state that they lead to; none of
// them leads back into the state that it was given, so that alternatives may share it.
internal sealed class GrammarBuilder
{
    public const int MaxStates = 40_000;
    public const int MaxEdges = 200_000;

    private readonly List<List<Edge>> _states = [];
    private readonly List<(int Start, int End)> _rules = [];
    private int _edges;

    /// <summary>Where in the request the part stands that is being added: what is too large is laid at its door.</summary>
    public string Place { get; set; } = "";

    public int State()
    {
        if (_states.Count == MaxStates)
        {
            throw TooLarge();
        }

        _states.Add([]);
        return _states.Count - 1;
    }

    public int Rule()
    {
        _rules.Add((State(), State()));
        return _rules.Count - 1;
    }

    public int StartOf(int rule) => _rules[rule].Start;

    public int EndOf(int rule) => _rules[rule].End;

    public void Bytes(int from, int to, int low, int high) => Add(from, new Edge(EdgeKind.Bytes, low, high, to));

    public void Empty(int from, int to) => Add(from, new Edge(EdgeKind.Empty, 0, 0, to));

    public int Call(int from, int rule)
    {
        var to = State();
        Add(from, new Edge(EdgeKind.Call, rule, 0, to));
        return to;
    }

    public int Literal(int from, string text)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var to = State();
            Bytes(from, to, value, value);
            from = to;
        }

        return from;
    }

    public int Choice(int from, IEnumerable<Func<int, int>> options)
    {
        var to = State();
        foreach (var option in options)
        {
            Empty(option(from), to);
        }

        return to;
    }

    /// <summary>So many times at least, and at most unless that is <see cref="int.MaxValue"/>.</summary>
    public int Repeat(int from, int min, int max, Func<int, int> body)
    {
        for (var i = 0; i < min; i++)
        {
            from = body(from);
        }

        var to = State();
        if (max == int.MaxValue)
        {
            Empty(from, to);
            Empty(body(to), to);
            var end = State();
            Empty(to, end);
            return end;
        }

        for (var i = min; i < max; i++)
        {
            Empty(from, to);
            from = body(from);
        }

        Empty(from, to);
        return to;
    }

    /// <summary>Checks and trims what was built.</summary>
    /// <exception cref="ConstraintException">No text fulfils it, or a rule calls itself before anything was read.</exception>
    public Grammar Build(int root)
    {
        var ends = new bool[_states.Count];
        foreach (var (_, end) in _rules)
        {
            ends[end] = true;
        }

        var heights = GrammarHeights.Of(_states, _rules, ends);
        if (heights[_rules[root].Start] > Grammar.MaxDepth)
        {
            throw new ConstraintException(Place, heights[_rules[root].Start] == int.MaxValue
                ? "no text fulfils this: what it requires is impossible, or contains itself without end."
                : "this is nested too deeply for an answer to be built; flatten it.");
        }

        var edges = _states.Select(state => state.Where(edge => heights[edge.Target] < int.MaxValue && (edge.Kind != EdgeKind.Call || heights[_rules[edge.Low].Start] < int.MaxValue)).ToArray()).ToArray();
        LeftRecursion.Refuse(edges, _rules, ends, Place);
        return new Grammar(edges, ends, heights, [.. _rules.Select(rule => rule.Start)], root);
    }

    private void Add(int from, Edge edge)
    {
        if (++_edges > MaxEdges)
        {
            throw TooLarge();
        }

        _states[from].Add(edge);
    }

    private ConstraintException TooLarge() =>
        new(Place, $"this and what comes before it need more than {MaxStates} states or {MaxEdges} transitions, which is the most that is built; make it smaller, counts such as maxLength first.");
}
