namespace LoraMesh.Text.Patterns;

// Reads the regular expressions of tokenizer.json: Oniguruma's Ruby syntax, in which ^ and $ belong to lines, \h is a
// hexadecimal digit, (?m) lets the dot match line ends, and ++ is possessive. What it does not know it refuses.
internal sealed class PatternParser
{
    private const int MaxPatternLength = 20_000;
    private const int MaxDepth = 100;

    private readonly string _pattern;
    private int _position;
    private int _depth;
    private Flags _flags;

    private PatternParser(string pattern) => _pattern = pattern;

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        DotAll = 2,
        Extended = 4,
    }

    private bool AtEnd => _position >= _pattern.Length;

    private bool IgnoresCase => _flags.HasFlag(Flags.IgnoreCase);

    public static PatternNode Parse(string pattern)
    {
        if (pattern.Length > MaxPatternLength)
        {
            throw new PatternException(pattern, MaxPatternLength, $"A pattern may have {MaxPatternLength} characters; this one has {pattern.Length}");
        }

        var parser = new PatternParser(pattern);
        var node = parser.ParseAlternatives();
        return parser.AtEnd ? node : throw parser.Error("A ')' closes nothing here");
    }

    private PatternException Error(string message) => new(_pattern, Math.Min(_position, _pattern.Length), message);

    private bool TryTake(char c)
    {
        if (!AtEnd && _pattern[_position] == c)
        {
            _position++;
            return true;
        }

        return false;
    }

    private bool TryTake(string text)
    {
        if (string.CompareOrdinal(_pattern, _position, text, 0, text.Length) == 0)
        {
            _position += text.Length;
            return true;
        }

        return false;
    }

    private PatternNode ParseAlternatives()
    {
        if (++_depth > MaxDepth)
        {
            throw Error($"Groups may be nested {MaxDepth} deep");
        }

        var branches = new List<PatternNode>();
        do
        {
            branches.Add(ParseSequence());
        }
        while (TryTake('|'));
        _depth--;
        return branches.Count == 1 ? branches[0] : new AlternativesNode(branches);
    }

    private PatternNode ParseSequence()
    {
        var items = new List<PatternNode>();
        while (!AtEnd && _pattern[_position] is not ('|' or ')'))
        {
            if (_flags.HasFlag(Flags.Extended) && PatternEscapes.SkipLayout(_pattern, ref _position))
            {
                continue;
            }

            items.Add(ParseQuantifiers(ParseAtom()));
        }

        return items.Count switch { 0 => new EmptyNode(), 1 => items[0], _ => new SequenceNode(items) };
    }

    private PatternNode ParseQuantifiers(PatternNode atom)
    {
        while (!AtEnd)
        {
            var braces = false;
            (int Min, int Max) bounds;
            switch (_pattern[_position])
            {
                case '*':
                    bounds = (0, int.MaxValue);
                    break;
                case '+':
                    bounds = (1, int.MaxValue);
                    break;
                case '?':
                    bounds = (0, 1);
                    break;
                case '{' when PatternBraces.TryParse(_pattern, ref _position, out bounds):
                    braces = true;
                    break;
                default:
                    return atom;
            }

            _position += braces ? 0 : 1;

            // After braces a + repeats again instead of making it possessive; so does Ruby.
            var mode = TryTake('?') ? RepeatMode.Lazy : !braces && TryTake('+') ? RepeatMode.Possessive : RepeatMode.Greedy;
            atom = new RepeatNode(atom, bounds.Min, bounds.Max, mode);
        }

        return atom;
    }

    private PatternNode ParseAtom()
    {
        var c = _pattern[_position];
        switch (c)
        {
            case '(':
                _position++;
                return ParseGroup();
            case '[':
                _position++;
                return One(new PatternSetParser(_pattern, _position).Parse(out _position));
            case '.':
                _position++;
                return new OneNode(_flags.HasFlag(Flags.DotAll) ? CharacterSet.Range(0, CharacterSet.LastCodePoint) : CharacterSet.Range('\n', '\n').Except());
            case '^':
                _position++;
                return new AssertionNode(AssertionKind.LineStart);
            case '$':
                _position++;
                return new AssertionNode(AssertionKind.LineEnd);
            case '\\':
                return ParseEscape();
            case '*' or '+' or '?':
                throw Error($"Nothing stands before '{c}' to repeat");
            default:
                return One(PatternEscapes.TakeLiteral(_pattern, ref _position));
        }
    }

    private PatternNode ParseEscape()
    {
        AssertionKind? assertion = _position + 1 < _pattern.Length ? _pattern[_position + 1] switch
        {
            'A' => AssertionKind.TextStart,
            'z' => AssertionKind.TextEnd,
            'Z' => AssertionKind.TextEndOrLastNewline,
            'b' => AssertionKind.WordBoundary,
            'B' => AssertionKind.NoWordBoundary,
            _ => null,
        } : null;
        if (assertion is { } kind)
        {
            _position += 2;
            return new AssertionNode(kind);
        }

        return One(PatternEscapes.Take(_pattern, ref _position, inBrackets: false));
    }

    private OneNode One(CharacterSet set) => new(IgnoresCase ? set.IgnoringCase() : set);

    private PatternNode ParseGroup()
    {
        var outer = _flags;
        var body = TryTake("?:") ? Rest()
            : TryTake("?=") ? new LookNode(Rest(), Behind: false, Negative: false)
            : TryTake("?!") ? new LookNode(Rest(), Behind: false, Negative: true)
            : TryTake("?<=") ? new LookNode(Rest(), Behind: true, Negative: false)
            : TryTake("?<!") ? new LookNode(Rest(), Behind: true, Negative: true)
            : TryTake("?>") ? new AtomicNode(Rest())
            : TryTake("?#") ? SkipComment()
            : TryTake("?") ? ParseFlaggedGroup()
            : Rest();
        _flags = outer;
        return body;
    }

    private PatternNode Rest()
    {
        var body = ParseAlternatives();
        return TryTake(')') ? body : throw Error("A '(' is never closed");
    }

    private EmptyNode SkipComment()
    {
        var close = _pattern.IndexOf(')', _position);
        _position = close < 0 ? throw Error("A comment is never closed") : close + 1;
        return new EmptyNode();
    }

    // (?i:…) sets flags for the group, (?i) for the rest of the group around it, alternatives included.
    private PatternNode ParseFlaggedGroup()
    {
        var on = true;
        for (; !AtEnd; _position++)
        {
            Flags flag;
            switch (_pattern[_position])
            {
                case '-':
                    on = false;
                    continue;
                case 'i':
                    flag = Flags.IgnoreCase;
                    break;
                case 'm':
                    flag = Flags.DotAll;
                    break;
                case 'x':
                    flag = Flags.Extended;
                    break;
                case ':':
                    _position++;
                    return Rest();
                case ')':
                    _position++;
                    return ParseAlternatives();
                default:
                    throw Error($"A group that begins with '(?{_pattern[_position]}' is not supported");
            }

            _flags = on ? _flags | flag : _flags & ~flag;
        }

        throw Error("A '(' is never closed");
    }
}
