namespace LoraMesh.Text.Patterns;

// Reads sets in brackets, with sets within them and intersections.
internal sealed class PatternSetParser(string pattern, int position)
{
    private const int MaxDepth = 20;

    private int _position = position;
    private int _depth;

    /// <summary>Reads a set whose opening bracket is behind us.</summary>
    public CharacterSet Parse(out int end)
    {
        var set = ParseSet();
        end = _position;
        return set;
    }

    private CharacterSet ParseSet()
    {
        if (++_depth > MaxDepth)
        {
            throw Error($"Sets may be nested {MaxDepth} deep");
        }

        var negative = TryTake('^');
        CharacterSet? before = null;
        var items = new List<CharacterSet>();
        for (var first = true; ; first = false)
        {
            if (_position >= pattern.Length)
            {
                throw Error("A '[' is never closed");
            }

            if (!first && TryTake(']'))
            {
                break;
            }

            if (pattern.AsSpan(_position).StartsWith("&&"))
            {
                _position += 2;
                before = Intersect(before, items);
                items = [];
                continue;
            }

            items.Add(ParseItem());
        }

        _depth--;
        var set = Intersect(before, items);
        return negative ? set.Except() : set;
    }

    private static CharacterSet Intersect(CharacterSet? before, List<CharacterSet> items)
    {
        var set = items.Count == 0 ? CharacterSet.Empty : CharacterSet.Union(items);
        return before is null ? set : before.And(set);
    }

    private CharacterSet ParseItem()
    {
        if (pattern.AsSpan(_position).StartsWith("[:") && pattern.IndexOf(":]", _position, StringComparison.Ordinal) is > 0 and var close)
        {
            var name = pattern[(_position + 2)..close];
            var set = UnicodeProperties.FindPosix(name.TrimStart('^')) ?? throw Error($"The set [:{name}:] is not supported");
            _position = close + 2;
            return name.StartsWith('^') ? set.Except() : set;
        }

        if (TryTake('['))
        {
            return ParseSet();
        }

        var isEscape = pattern[_position] == '\\';
        if (isEscape && _position + 1 < pattern.Length && "dDwWsShHpP".Contains(pattern[_position + 1]))
        {
            return PatternEscapes.Take(pattern, ref _position, inBrackets: true);
        }

        var low = TakeBound();
        if (_position + 1 < pattern.Length && pattern[_position] == '-' && pattern[_position + 1] is not (']' or '['))
        {
            _position++;
            var high = TakeBound();
            return high >= low ? CharacterSet.Range(low, high) : throw Error("A range runs backwards");
        }

        return CharacterSet.Range(low, low);
    }

    private int TakeBound()
    {
        if (pattern[_position] != '\\')
        {
            return PatternEscapes.TakeCodePoint(pattern, ref _position);
        }

        if (_position + 1 >= pattern.Length)
        {
            throw Error("A backslash stands at the end");
        }

        if (pattern[_position + 1] == 'b')
        {
            _position += 2;
            return '\b';
        }

        return PatternEscapes.TakeEscapedCodePoint(pattern, ref _position);
    }

    private bool TryTake(char c)
    {
        if (_position < pattern.Length && pattern[_position] == c)
        {
            _position++;
            return true;
        }

        return false;
    }

    private PatternException Error(string message) => new(pattern, _position, message);
}
