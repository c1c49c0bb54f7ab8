namespace LoraMesh.Text.Constraints;

// Rules of JSON (RFC 8259) that schemas build on, made when first asked for. White space and digits are bounded, so that
// a model cannot fill an answer with them.
internal sealed class JsonRules(GrammarBuilder grammar)
{
    /// <summary>Most digits before the point; integers up to there are exact as doubles.</summary>
    public const int MaxDigits = 15;

    private const int MaxFraction = 16;
    private const int MaxIndent = 20;

    private readonly Dictionary<string, int> _rules = [];

    public int Value(int from) => Call(from, nameof(Value), start => grammar.Choice(start, [Object, Array, String, Number, Literal("true"), Literal("false"), Literal("null")]));

    public int Object(int from) => Call(from, nameof(Object), start => List(start, "{", "}", Member));

    public int Array(int from) => Call(from, nameof(Array), start => List(start, "[", "]", Value));

    public int String(int from) => Call(from, nameof(String), start => grammar.Literal(Characters(grammar.Literal(start, "\""), 0, int.MaxValue), "\""));

    public int Integer(int from) => Call(from, nameof(Integer), start => Whole(Sign(start)));

    public int Number(int from) => Call(from, nameof(Number), start => Exponent(Fraction(Whole(Sign(start)))));

    /// <summary>Nothing, one space, or one or two line ends and an indentation.</summary>
    public int Space(int from) => Call(from, nameof(Space), start => grammar.Choice(start, [Empty, Literal(" "), Indented]));

    /// <summary>So many characters of a string.</summary>
    public int Characters(int from, int min, int max) => grammar.Repeat(from, min, max, Character);

    /// <summary>A point and digits, or nothing.</summary>
    public int Fraction(int from, int maxDigits = MaxFraction) =>
        maxDigits < 1 ? from : grammar.Repeat(from, 0, 1, start => Digits(grammar.Literal(start, "."), 1, maxDigits));

    /// <summary>A member's key is behind: colon, space and what follows.</summary>
    public int Colon(int from) => Space(grammar.Literal(from, ":"));

    /// <summary>A comma and a space.</summary>
    public int Comma(int from) => Space(grammar.Literal(from, ","));

    public int Digits(int from, int min, int max) => grammar.Repeat(from, min, max, AnyDigit);

    public int AnyDigit(int from)
    {
        var to = grammar.State();
        grammar.Bytes(from, to, '0', '9');
        return to;
    }

    public Func<int, int> Literal(string text) => from => grammar.Literal(from, text);

    private int Character(int from) => Call(from, nameof(Character), start =>
    {
        var to = grammar.State();
        JsonCharacters.AddAny(grammar, start, to);
        return to;
    });

    private int Member(int from) => Value(Colon(String(from)));

    private int List(int from, string open, string close, Func<int, int> item)
    {
        from = Space(grammar.Literal(from, open));
        from = grammar.Repeat(from, 0, 1, start => Space(grammar.Repeat(item(start), 0, int.MaxValue, next => item(Comma(next)))));
        return grammar.Literal(from, close);
    }

    private int Sign(int from) => grammar.Repeat(from, 0, 1, Literal("-"));

    private int Whole(int from) => grammar.Choice(from, [Literal("0"), start =>
    {
        var to = grammar.State();
        grammar.Bytes(start, to, '1', '9');
        return Digits(to, 0, MaxDigits - 1);
    }]);

    private int Exponent(int from) => grammar.Repeat(from, 0, 1, start =>
    {
        var letter = grammar.State();
        grammar.Bytes(start, letter, 'e', 'e');
        grammar.Bytes(start, letter, 'E', 'E');
        return Digits(grammar.Choice(letter, [Empty, Literal("+"), Literal("-")]), 1, 2);
    });

    private int Indented(int from)
    {
        from = grammar.Repeat(grammar.Literal(from, "\n"), 0, 1, Literal("\n"));
        return grammar.Repeat(from, 0, MaxIndent, start =>
        {
            var to = grammar.State();
            grammar.Bytes(start, to, ' ', ' ');
            grammar.Bytes(start, to, '\t', '\t');
            return to;
        });
    }

    private static int Empty(int from) => from;

    private int Call(int from, string name, Func<int, int> body)
    {
        if (!_rules.TryGetValue(name, out var rule))
        {
            _rules[name] = rule = grammar.Rule();
            grammar.Empty(body(grammar.StartOf(rule)), grammar.EndOf(rule));
        }

        return grammar.Call(from, rule);
    }
}
