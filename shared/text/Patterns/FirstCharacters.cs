namespace LoraMesh.Text.Patterns;

// What a match of a part of a pattern can begin with. Most alternatives are ruled out by the next character alone.
internal static class FirstCharacters
{
    /// <summary>The characters, or null where the part may match nothing at all.</summary>
    public static CharacterSet? Of(PatternNode node) => node switch
    {
        OneNode one => one.Set,
        AtomicNode atomic => Of(atomic.Body),
        RepeatNode { Min: > 0 } repeat => Of(repeat.Body),
        SequenceNode sequence => OfSequence(sequence.Items),
        AlternativesNode alternatives => OfAny(alternatives.Items),
        _ => null,
    };

    private static CharacterSet? OfSequence(IReadOnlyList<PatternNode> items)
    {
        var sets = new List<CharacterSet>();
        foreach (var item in items)
        {
            // What is only looked at takes nothing; what may be left out leaves the next to begin.
            switch (item)
            {
                case EmptyNode or AssertionNode or LookNode:
                    continue;
                case RepeatNode { Min: 0 } repeat when Of(repeat.Body) is { } optional:
                    sets.Add(optional);
                    continue;
                default:
                    if (Of(item) is not { } last)
                    {
                        return null;
                    }

                    sets.Add(last);
                    return CharacterSet.Union(sets);
            }
        }

        return null;
    }

    private static CharacterSet? OfAny(IReadOnlyList<PatternNode> branches)
    {
        var sets = new List<CharacterSet>();
        foreach (var branch in branches)
        {
            if (Of(branch) is not { } set)
            {
                return null;
            }

            sets.Add(set);
        }

        return CharacterSet.Union(sets);
    }
}
