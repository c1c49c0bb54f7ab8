using System.Text.RegularExpressions;

namespace LoraMesh.UnitTests.Samples;

/// <summary>Word trigrams of a text with numbers, capitalised words inside sentences and given words masked.</summary>
internal static partial class Trigrams
{
    public static HashSet<string> Of(string text, IReadOnlySet<string> masked)
    {
        var words = new List<string>();
        foreach (Match match in Word().Matches(text))
        {
            var startsSentence = match.Index < 2 || text[match.Index - 2] is '.' or '!' or '?' or ':';
            words.Add(match.Value switch
            {
                var number when char.IsDigit(number[0]) => "0",
                var name when masked.Contains(name) || (!startsSentence && char.IsUpper(name[0]) && name != "I") => "name",
                var word => word.ToLowerInvariant(),
            });
        }

        return [.. words.Zip(words.Skip(1), words.Skip(2)).Select(three => string.Join(' ', three.First, three.Second, three.Third))];
    }

    /// <summary>The pair of texts with the highest Jaccard similarity.</summary>
    public static (double Similarity, int First, int Second) Nearest(IReadOnlyList<HashSet<string>> texts)
    {
        var nearest = (Similarity: 0.0, First: -1, Second: -1);
        var holders = new Dictionary<string, List<int>>();
        for (var i = 0; i < texts.Count; i++)
        {
            foreach (var other in texts[i].SelectMany(trigram => holders.GetValueOrDefault(trigram) ?? []).CountBy(index => index))
            {
                var similarity = (double)other.Value / (texts[i].Count + texts[other.Key].Count - other.Value);
                if (similarity > nearest.Similarity)
                {
                    nearest = (similarity, i, other.Key);
                }
            }

            foreach (var trigram in texts[i])
            {
                holders.TryAdd(trigram, []);
                holders[trigram].Add(i);
            }
        }

        return nearest;
    }

    [GeneratedRegex(@"\p{L}[\p{L}'-]*|\d+")]
    private static partial Regex Word();
}
