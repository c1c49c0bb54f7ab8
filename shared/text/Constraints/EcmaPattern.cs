using System.Text;
using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.Constraints;

// Patterns of requests are written for ECMAScript, Python or .NET, and what reads them here is Oniguruma's syntax. What
// both write alike and mean differently is made to mean what all of them agree on: \d, \w and \s as ASCII, their
// opposites without anything that Unicode counts in; brackets within brackets as characters.
internal static class EcmaPattern
{
    public static string ToOniguruma(string pattern)
    {
        var text = new StringBuilder(pattern.Length);
        var inSet = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                text.Append(Escape(pattern[++i], inSet));
                continue;
            }

            if (c == '(' && !inSet && i + 2 < pattern.Length && pattern[i + 1] == '?' && char.IsAsciiLetter(pattern[i + 2]))
            {
                // Without regard to case, ſ is an s to some and not to others.
                throw new PatternException(pattern, i, "Flags are not supported; write [Yy] and the like");
            }

            text.Append(c is '[' or '&' && inSet ? "\\" : "").Append(c);
            if (c == '[' && !inSet)
            {
                inSet = true;
                i = CopyFirst(pattern, i + 1, text) - 1;
            }
            else if (c == ']')
            {
                inSet = false;
            }
        }

        return text.ToString();
    }

    // A circumflex turns the set around; a bracket right at the beginning is a character.
    private static int CopyFirst(string pattern, int position, StringBuilder text)
    {
        if (position < pattern.Length && pattern[position] == '^')
        {
            text.Append('^');
            position++;
        }

        if (position < pattern.Length && pattern[position] == ']')
        {
            text.Append("\\]");
            position++;
        }

        return position;
    }

    private static string Escape(char c, bool inSet)
    {
        var set = c switch
        {
            'd' => "0-9",
            'w' => "A-Za-z0-9_",
            's' => " \\t\\n\\r\\f\\v",
            _ => null,
        };
        return set is null ? c == 'h' ? "\\x68" : "\\" + c : inSet ? set : $"[{set}]";
    }
}
