namespace LoraMesh.DatasetPrep.Building;

/// <summary>Cuts texts where it hurts least.</summary>
internal static class TextPieces
{
    private const int CharsPerToken = 4;
    private static readonly string[] Ends = ["\n\n", "\n", ". ", "! ", "? ", "。", " "];

    /// <summary>Pieces that together are the text; each has at most so many tokens, unless one character has more.</summary>
    /// <param name="text">The text.</param>
    /// <param name="count">Counts the tokens of a piece.</param>
    /// <param name="maxTokens">At least 1.</param>
    public static IReadOnlyList<string> Cut(string text, Func<string, int> count, int maxTokens)
    {
        var pieces = new List<string>();
        var size = maxTokens * CharsPerToken;
        for (var start = 0; start < text.Length; start += pieces[^1].Length)
        {
            while (true)
            {
                var piece = Piece(text, start, size);
                var tokens = count(piece);
                if (tokens <= maxTokens || piece.Length <= 2)
                {
                    pieces.Add(piece);
                    break;
                }

                size = Math.Max(1, (int)((long)Math.Min(size, piece.Length) * maxTokens * 9 / (10L * tokens)));
            }
        }

        return [.. pieces.Where(piece => !string.IsNullOrWhiteSpace(piece))];
    }

    private static string Piece(string text, int start, int size)
    {
        if (start + size >= text.Length)
        {
            return text[start..];
        }

        // Not before half of it, so that pieces do not become tiny.
        foreach (var end in Ends)
        {
            var at = text.LastIndexOf(end, start + size - 1, size - (size / 2), StringComparison.Ordinal);
            if (at >= 0 && at + end.Length > start)
            {
                return text[start..(at + end.Length)];
            }
        }

        var cut = start + size;
        cut -= char.IsLowSurrogate(text[cut]) && cut - 1 > start ? 1 : 0;
        return text[start..cut];
    }
}
