using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.Constraints;

// One character of a JSON string as it is written there (RFC 8259, section 7).
internal static class JsonCharacters
{
    private static readonly IReadOnlyList<(int First, int Last)> Plain =
        CodePointRanges.Except([(0, 0x1F), ('"', '"'), ('\\', '\\')]);

    private static readonly (int Code, char Letter)[] Short = [('"', '"'), ('\\', '\\'), ('\b', 'b'), ('\f', 'f'), ('\n', 'n'), ('\r', 'r'), ('\t', 't')];

    /// <summary>Characters of a set: as they are, or escaped where they must be.</summary>
    public static void Add(GrammarBuilder grammar, int from, int to, IReadOnlyList<(int First, int Last)> ranges)
    {
        Utf8Ranges.Add(grammar, from, to, CodePointRanges.Intersect(ranges, Plain));
        bool Holds(int code) => ranges.Any(range => code >= range.First && code <= range.Last);
        var escaped = Short.Where(one => Holds(one.Code)).ToList();
        var numbers = Enumerable.Range(0, 0x20).Where(code => Holds(code) && !Short.Any(one => one.Code == code)).ToList();
        if (escaped.Count + numbers.Count == 0)
        {
            return;
        }

        var slash = grammar.State();
        grammar.Bytes(from, slash, '\\', '\\');
        foreach (var (_, letter) in escaped)
        {
            grammar.Bytes(slash, to, letter, letter);
        }

        foreach (var code in numbers)
        {
            grammar.Empty(grammar.Literal(slash, $"u{code:x4}"), to);
        }
    }

    /// <summary>Any character, in any way that it may be written, but for half a surrogate pair.</summary>
    public static void AddAny(GrammarBuilder grammar, int from, int to)
    {
        Utf8Ranges.Add(grammar, from, to, Plain);
        var slash = grammar.State();
        grammar.Bytes(from, slash, '\\', '\\');
        foreach (var letter in "\"\\/bfnrt")
        {
            grammar.Bytes(slash, to, letter, letter);
        }

        var number = grammar.State();
        grammar.Bytes(slash, number, 'u', 'u');
        var three = grammar.State();
        grammar.Bytes(number, three, '0', '9');
        Letters(grammar, number, three, 'a', 'c');
        Letters(grammar, number, three, 'e', 'f');
        var two = grammar.State();
        Hex(grammar, three, two);
        var one = grammar.State();
        Hex(grammar, two, one);
        Hex(grammar, one, to);
        var d = grammar.State();
        Letters(grammar, number, d, 'd', 'd');
        grammar.Bytes(d, two, '0', '7');
        AddPair(grammar, d, to);
    }

    // What follows \ud: the rest of a high half, then a low half.
    private static void AddPair(GrammarBuilder grammar, int from, int to)
    {
        var high = grammar.State();
        grammar.Bytes(from, high, '8', '9');
        Letters(grammar, from, high, 'a', 'b');
        var state = high;
        for (var i = 0; i < 2; i++)
        {
            var next = grammar.State();
            Hex(grammar, state, next);
            state = next;
        }

        state = grammar.Literal(state, "\\u");
        var d = grammar.State();
        Letters(grammar, state, d, 'd', 'd');
        var low = grammar.State();
        Letters(grammar, d, low, 'c', 'f');
        var last = grammar.State();
        Hex(grammar, low, last);
        Hex(grammar, last, to);
    }

    private static void Hex(GrammarBuilder grammar, int from, int to)
    {
        grammar.Bytes(from, to, '0', '9');
        Letters(grammar, from, to, 'a', 'f');
    }

    private static void Letters(GrammarBuilder grammar, int from, int to, char first, char last)
    {
        grammar.Bytes(from, to, first, last);
        grammar.Bytes(from, to, char.ToUpperInvariant(first), char.ToUpperInvariant(last));
    }
}
