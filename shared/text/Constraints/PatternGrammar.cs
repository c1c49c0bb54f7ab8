using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.Constraints;

// Regular expressions as grammars, over plain text or over the inside of a JSON string.
internal sealed class PatternGrammar(GrammarBuilder grammar, bool inJson)
{
    // Going through all of Unicode for one set takes milliseconds.
    private const int MaxLargeSets = 64;

    private static readonly CharacterSet Any = CharacterSet.Range(0, CharacterSet.LastCodePoint);

    private readonly Dictionary<CharacterSet, int> _rules = [];
    private int _largeSets;

    /// <summary>The whole of what the expression matches; anchors at its ends say nothing new.</summary>
    public int Whole(int from, string pattern, string place) => Add(from, pattern, place, isWhole: true);

    /// <summary>Any text that holds a match, as JSON Schema reads patterns.</summary>
    public int Somewhere(int from, string pattern, string place) => Add(from, pattern, place, isWhole: false);

    private int Add(int from, string pattern, string place, bool isWhole)
    {
        PatternNode node;
        try
        {
            node = PatternParser.Parse(EcmaPattern.ToOniguruma(pattern));
        }
        catch (PatternException e)
        {
            throw new ConstraintException(place, $"the pattern cannot be read: {e.Message}.");
        }

        grammar.Place = place;
        IReadOnlyList<PatternNode> branches = node is AlternativesNode alternatives ? alternatives.Items : [node];
        return grammar.Choice(from, branches.Select<PatternNode, Func<int, int>>(branch => start => AddBranch(start, branch, isWhole)));
    }

    private int AddBranch(int from, PatternNode branch, bool isWhole)
    {
        List<PatternNode> items = branch is SequenceNode sequence ? [.. sequence.Items] : [branch];
        var opens = items.Count > 0 && items[0] is AssertionNode { Kind: AssertionKind.LineStart or AssertionKind.TextStart };
        items.RemoveRange(0, opens ? 1 : 0);
        var closes = items.Count > 0 && items[^1] is AssertionNode { Kind: AssertionKind.LineEnd or AssertionKind.TextEnd };
        items.RemoveRange(items.Count - (closes ? 1 : 0), closes ? 1 : 0);
        from = isWhole || opens ? from : grammar.Repeat(from, 0, int.MaxValue, start => One(start, Any));
        from = items.Aggregate(from, Node);
        return isWhole || closes ? from : grammar.Repeat(from, 0, int.MaxValue, start => One(start, Any));
    }

    private int Node(int from, PatternNode node) => node switch
    {
        EmptyNode => from,
        OneNode one => One(from, one.Set),
        SequenceNode sequence => sequence.Items.Aggregate(from, Node),
        AlternativesNode alternatives => grammar.Choice(from, alternatives.Items.Select<PatternNode, Func<int, int>>(item => start => Node(start, item))),
        RepeatNode { Mode: not RepeatMode.Possessive } repeat => grammar.Repeat(from, repeat.Min, repeat.Max, start => Node(start, repeat.Body)),
        AssertionNode => throw Unsupported("anchors and word boundaries are understood at the two ends of the pattern alone"),
        LookNode => throw Unsupported("looking ahead or behind is not supported"),
        _ => throw Unsupported("possessive repetition and atomic groups are not supported"),
    };

    // Sets beyond ASCII take many states and are a rule of their own.
    private int One(int from, CharacterSet set)
    {
        if (!set.HasRanges && ++_largeSets > MaxLargeSets)
        {
            throw Unsupported($"more than {MaxLargeSets} sets by properties or without regard to case are not supported");
        }

        var ranges = set.ToRanges();
        if (ranges.Count == 0 || (ranges[^1].Last < 0x80 && ranges.Count < 8))
        {
            var to = grammar.State();
            AddSet(from, to, ranges);
            return to;
        }

        if (!_rules.TryGetValue(set, out var rule))
        {
            _rules[set] = rule = grammar.Rule();
            AddSet(grammar.StartOf(rule), grammar.EndOf(rule), ranges);
        }

        return grammar.Call(from, rule);
    }

    private void AddSet(int from, int to, IReadOnlyList<(int First, int Last)> ranges)
    {
        if (inJson)
        {
            JsonCharacters.Add(grammar, from, to, ranges);
        }
        else
        {
            Utf8Ranges.Add(grammar, from, to, ranges);
        }
    }

    private ConstraintException Unsupported(string what) => new(grammar.Place, what + " where answers are held to a pattern.");
}
