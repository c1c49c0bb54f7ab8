using System.Globalization;
using System.Text;

namespace LoraMesh.Text.Patterns;

// Reads what stands for one character without brackets: literals and escapes.
internal static class PatternEscapes
{
    public static CharacterSet TakeLiteral(string pattern, ref int position)
    {
        var code = TakeCodePoint(pattern, ref position);
        return CharacterSet.Range(code, code);
    }

    /// <summary>Reads an escape, its backslash included.</summary>
    /// <param name="pattern">The whole pattern.</param>
    /// <param name="position">Where the backslash is; then what follows.</param>
    /// <param name="inBrackets">Whether the escape is a part of a set.</param>
    public static CharacterSet Take(string pattern, ref int position, bool inBrackets)
    {
        var start = position++;
        if (position >= pattern.Length)
        {
            throw new PatternException(pattern, start, "A backslash stands at the end");
        }

        var c = pattern[position];
        CharacterSet? set = char.ToLowerInvariant(c) switch
        {
            'd' => UnicodeProperties.Find("nd"),
            'w' => inBrackets ? CharacterSet.Word : CharacterSet.WordOutsideBrackets,
            's' => CharacterSet.Space,
            'h' => UnicodeProperties.Find("xdigit"),
            _ => null,
        };
        if (set is not null)
        {
            position++;
            return char.IsUpper(c) ? set.Except() : set;
        }

        if (c is 'p' or 'P')
        {
            position++;
            return TakeProperty(pattern, ref position, c == 'P');
        }

        position = start;
        var code = TakeEscapedCodePoint(pattern, ref position);
        return CharacterSet.Range(code, code);
    }

    private static CharacterSet TakeProperty(string pattern, ref int position, bool negative)
    {
        var start = position;
        var close = position < pattern.Length && pattern[position] == '{' ? pattern.IndexOf('}', position) : -1;
        if (close < 0)
        {
            throw new PatternException(pattern, start, "A property is written \\p{Name}");
        }

        var name = pattern[(position + 1)..close];
        position = close + 1;
        if (name.StartsWith('^'))
        {
            (name, negative) = (name[1..], !negative);
        }

        var set = UnicodeProperties.Find(name)
            ?? throw new PatternException(pattern, start, $"The property \\p{{{name}}} is not supported: general categories, the POSIX names and Han, Hiragana, Katakana, Hangul are");
        return negative ? set.Except() : set;
    }

    public static int TakeCodePoint(string pattern, ref int position)
    {
        if (Rune.DecodeFromUtf16(pattern.AsSpan(position), out var rune, out var consumed) != System.Buffers.OperationStatus.Done)
        {
            throw new PatternException(pattern, position, "Half a surrogate pair stands here");
        }

        position += consumed;
        return rune.Value;
    }

    public static int TakeEscapedCodePoint(string pattern, ref int position)
    {
        var start = position++;
        var c = pattern[position];
        int? control = c switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => 0x1B,
            '0' => 0,
            _ => null,
        };
        if (control is { } code)
        {
            position++;
            return code;
        }

        if (c is 'x' or 'u')
        {
            position++;
            return TakeHex(pattern, ref position, c == 'u' ? 4 : 2, exactly: c == 'u');
        }

        return char.IsAsciiLetterOrDigit(c)
            ? throw new PatternException(pattern, start, $"The escape \\{c} is not supported")
            : TakeCodePoint(pattern, ref position);
    }

    private static int TakeHex(string pattern, ref int position, int digits, bool exactly)
    {
        var start = position;
        var braces = position < pattern.Length && pattern[position] == '{';
        var close = braces ? pattern.IndexOf('}', position) : start;
        if (!braces)
        {
            while (close < pattern.Length && close < start + digits && char.IsAsciiHexDigit(pattern[close]))
            {
                close++;
            }
        }

        var text = close <= start || (exactly && close - start < digits) ? "" : pattern[(braces ? start + 1 : start)..close];
        if (!int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is < 0 or > CharacterSet.LastCodePoint)
        {
            throw new PatternException(pattern, start, "A code point in hexadecimal was expected");
        }

        position = braces ? close + 1 : close;
        return code;
    }

    /// <summary>Passes over white space or a comment, which count for nothing in extended patterns.</summary>
    public static bool SkipLayout(string pattern, ref int position)
    {
        if (char.IsWhiteSpace(pattern[position]))
        {
            position++;
            return true;
        }

        if (pattern[position] != '#')
        {
            return false;
        }

        var end = pattern.IndexOf('\n', position);
        position = end < 0 ? pattern.Length : end + 1;
        return true;
    }
}
