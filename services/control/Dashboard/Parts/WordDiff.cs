using System.Text.RegularExpressions;

namespace LoraMesh.Control.Dashboard.Parts;

/// <summary>Which words of a text another one has as well, in the same order.</summary>
internal static partial class WordDiff
{
    // Work grows with the product of both lengths.
    private const int MaxWords = 400;

    /// <summary>The text in pieces, each with whether the reference lacks it.</summary>
    public static IReadOnlyList<(string Text, bool IsOther)> Of(string text, string reference)
    {
        var (words, expected) = (Words(text), Words(reference));
        if (words.Count > MaxWords || expected.Count > MaxWords)
        {
            return [(text, false)];
        }

        var common = new int[words.Count + 1, expected.Count + 1];
        for (var at = words.Count - 1; at >= 0; at--)
        {
            for (var other = expected.Count - 1; other >= 0; other--)
            {
                common[at, other] = words[at] == expected[other] ? 1 + common[at + 1, other + 1] : Math.Max(common[at + 1, other], common[at, other + 1]);
            }
        }

        var pieces = new List<(string Text, bool IsOther)>();
        for (var (at, other) = (0, 0); at < words.Count;)
        {
            if (other < expected.Count && words[at] == expected[other])
            {
                Add(words[at++], false);
                other++;
            }
            else if (other < expected.Count && common[at, other + 1] > common[at + 1, other])
            {
                other++;
            }
            else
            {
                Add(words[at++], true);
            }
        }

        return pieces;

        void Add(string word, bool isOther)
        {
            if (pieces.Count > 0 && pieces[^1].IsOther == isOther)
            {
                pieces[^1] = (pieces[^1].Text + word, isOther);
            }
            else
            {
                pieces.Add((word, isOther));
            }
        }
    }

    private static List<string> Words(string text) => [.. Piece().Matches(text).Take(MaxWords + 1).Select(match => match.Value)];

    [GeneratedRegex(@"\s+|\w+|[^\w\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Piece();
}
