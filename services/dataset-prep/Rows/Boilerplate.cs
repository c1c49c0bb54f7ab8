using System.Buffers;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Finds what websites write around their texts. One such phrase may be what a text is about; several are a page that was scraped whole.</summary>
internal static class Boilerplate
{
    private const int Enough = 3;

    private static readonly string[] All =
    [
        "all rights reserved", "accept all cookies", "we use cookies", "cookie policy", "cookie settings", "privacy policy", "terms of service", "terms of use",
        "subscribe to our newsletter", "sign up for our newsletter", "please enable javascript", "skip to main content", "skip to content", "follow us on", "share on facebook",
        "share this article", "back to top", "powered by wordpress", "read more articles", "leave a comment", "toggle navigation",
    ];

    private static readonly SearchValues<string> Phrases = SearchValues.Create(All, StringComparison.OrdinalIgnoreCase);

    /// <summary>The phrases found; null where they are too few.</summary>
    public static string? Find(string text)
    {
        List<string>? found = null;
        var rest = text.AsSpan();
        for (var at = rest.IndexOfAny(Phrases); at >= 0; at = rest.IndexOfAny(Phrases))
        {
            rest = rest[at..];
            var length = 1;
            foreach (var phrase in All)
            {
                length = rest.StartsWith(phrase, StringComparison.OrdinalIgnoreCase) ? Math.Max(length, phrase.Length) : length;
            }

            found ??= [];
            var words = rest[..length].ToString();
            if (!found.Contains(words, StringComparer.OrdinalIgnoreCase))
            {
                found.Add(words);
            }

            rest = rest[length..];
        }

        return found is { Count: >= Enough } ? string.Join(" … ", found) : null;
    }
}
