namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Finds texts that say the same thing over and over.</summary>
internal static class Repetition
{
    /// <summary>Shorter texts cannot have any.</summary>
    public const int ShortestText = 200;

    private const int MostEqualCharacters = 200;
    private const int MostEqualLines = 20;

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
}
