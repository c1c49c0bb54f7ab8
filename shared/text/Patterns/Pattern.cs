namespace LoraMesh.Text.Patterns;

/// <summary>A regular expression over code points, with bounded work. Safe to use from several threads at once.</summary>
internal sealed class Pattern
{
    private readonly PatternProgram _program;

    private Pattern(PatternProgram program) => _program = program;

    /// <exception cref="PatternException">The pattern is malformed or uses what is not supported.</exception>
    public static Pattern Compile(string pattern) => new(PatternCompiler.Compile(pattern));

    /// <summary>All matches from left to right, without overlaps; an empty match right after another match is passed over.</summary>
    public void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var matcher = new PatternMatcher(_program, text);
        var lastEnd = -1;
        for (var start = 0; start <= text.Length;)
        {
            var end = matcher.MatchAt(start);
            if (end > start || (end == start && end != lastEnd))
            {
                matches.Add((start, end));
                lastEnd = end;
            }

            var isPair = start + 1 < text.Length && char.IsSurrogatePair(text[start], text[start + 1]);
            start = end > start ? end : start + (isPair ? 2 : 1);
        }
    }
}
