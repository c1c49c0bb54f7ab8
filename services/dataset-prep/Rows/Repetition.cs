namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Finds texts that say the same thing over and over.</summary>
internal static class Repetition
{
    /// <summary>Shorter texts cannot have any.</summary>
    public const int ShortestText = 200;

    private const int MostEqualCharacters = 200;
    private const int MostEqualLines = 20;
    private const int MostEqualPhrases = 20;
    private const int WindowChars = 16;
    private const int LongestPeriod = 200;

    /// <summary>What is repeated and how often, or null.</summary>
    public static string? Find(string text)
    {
        var (run, lines) = (1, 1);
        ReadOnlySpan<char> before = [];
        for (var i = 1; i < text.Length; i++)
        {
            run = text[i] == text[i - 1] && !char.IsWhiteSpace(text[i]) ? run + 1 : 1;
            if (run > MostEqualCharacters)
            {
                return $"'{text[i]}' more than {MostEqualCharacters} times in a row";
            }
        }

        if (FindPhrase(text) is { } phrase)
        {
            return phrase;
        }

        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsWhiteSpace())
            {
                continue;
            }

            lines = line.SequenceEqual(before) ? lines + 1 : 1;
            before = line;
            if (lines > MostEqualLines)
            {
                return $"\"{line}\" more than {MostEqualLines} times in a row";
            }
        }

        return null;
    }

    // A model that gets stuck stays so to the end; other tools fill whole texts. A look at two places finds both.
    private static string? FindPhrase(string text)
    {
        foreach (var start in (ReadOnlySpan<int>)[text.Length - WindowChars, text.Length / 2])
        {
            var window = text.AsSpan(start, WindowChars);
            var before = text.AsSpan(0, start + WindowChars - 1).LastIndexOf(window, StringComparison.Ordinal);
            var period = start - before;
            if (before < 0 || period > LongestPeriod || !Has(window, char.IsLetter))
            {
                continue;
            }

            var from = before;
            while (from > 0 && text[from - 1] == text[from - 1 + period])
            {
                from--;
            }

            var to = from + period;
            while (to < text.Length && text[to] == text[to - period])
            {
                to++;
            }

            if ((to - from) / period > MostEqualPhrases && to - from >= ShortestText)
            {
                return $"\"{text.AsSpan(from, period).Trim()}\" more than {MostEqualPhrases} times in a row";
            }
        }

        return null;
    }

    private static bool Has(ReadOnlySpan<char> text, Func<char, bool> isMeant)
    {
        foreach (var c in text)
        {
            if (isMeant(c))
            {
                return true;
            }
        }

        return false;
    }
}
