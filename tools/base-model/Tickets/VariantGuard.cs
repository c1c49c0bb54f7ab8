using System.Text.RegularExpressions;

namespace LoraMesh.BaseModel.Tickets;

/// <summary>
/// Keeps trivial variants apart: two texts that share too many word trigrams once numbers, names and products are
/// masked would leak from the training rows into the held-out ones.
/// </summary>
public sealed partial class VariantGuard
{
    private readonly double _limit;
    private readonly HashSet<string> _names;
    private readonly List<int> _sizes = [];
    private readonly Dictionary<string, List<int>> _holders = [];

    /// <summary>
    /// Refuses texts whose trigram Jaccard similarity with an accepted one exceeds <paramref name="limit"/> (0 to 1);
    /// <paramref name="names"/> are masked like every capitalised word inside a sentence.
    /// </summary>
    public VariantGuard(double limit, IEnumerable<string> names)
    {
        _limit = limit;
        _names = [.. names.SelectMany(name => name.ToLowerInvariant().Split(' '))];
    }

    /// <summary>Takes the text in, unless it is a variant of one taken before.</summary>
    public bool Accepts(string text)
    {
        var trigrams = Trigrams(text);
        var shared = trigrams.SelectMany(trigram => _holders.GetValueOrDefault(trigram) ?? []).CountBy(index => index);
        if (shared.Any(other => other.Value > _limit * (trigrams.Count + _sizes[other.Key] - other.Value)))
        {
            return false;
        }

        foreach (var trigram in trigrams)
        {
            _holders.TryAdd(trigram, []);
            _holders[trigram].Add(_sizes.Count);
        }

        _sizes.Add(trigrams.Count);
        return true;
    }

    private HashSet<string> Trigrams(string text)
    {
        var words = new List<string>();
        foreach (Match match in Word().Matches(text))
        {
            var inside = match.Index > 1 && text[match.Index - 2] is not ('.' or '!' or '?' or ':');
            words.Add(Mask(match.Value, inside));
        }

        return [.. words.Zip(words.Skip(1), words.Skip(2)).Select(three => $"{three.First} {three.Second} {three.Third}")];
    }

    private string Mask(string word, bool insideSentence) => word switch
    {
        _ when char.IsDigit(word[0]) => "0",
        _ when _names.Contains(word.ToLowerInvariant()) => "name",
        _ when insideSentence && char.IsUpper(word[0]) && word != "I" => "name",
        _ => word.ToLowerInvariant(),
    };

    [GeneratedRegex(@"\p{L}[\p{L}'-]*|\d+")]
    private static partial Regex Word();
}
