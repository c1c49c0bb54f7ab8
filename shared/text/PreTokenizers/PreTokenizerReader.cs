using System.Text;
using LoraMesh.Text.Patterns;
using LoraMesh.Text.Reading;

namespace LoraMesh.Text.PreTokenizers;

internal static class PreTokenizerReader
{
    public static PreTokenizerChain Read(JsonPart part)
    {
        var parts = part.IsNull ? [] : Flatten(part).ToArray();
        var endsInBytes = parts.Length > 0 && parts[^1].Type() == "ByteLevel";
        var steps = parts.Select((p, i) => ReadOne(p, isLast: i == parts.Length - 1)).ToArray();
        return new PreTokenizerChain([.. steps.OfType<PreTokenizer>()], endsInBytes, steps.Any(step => step is MetaspacePreTokenizer { AsksForOrigins: true }));
    }

    private static IEnumerable<JsonPart> Flatten(JsonPart part) =>
        part.Type() == "Sequence" ? part.Member("pretokenizers").Items().SelectMany(Flatten) : [part];

    // Null for a step that leaves every piece as it is.
    private static PreTokenizer? ReadOne(JsonPart part, bool isLast)
    {
        var type = part.Type();
        switch (type)
        {
            case "Split":
                return new PatternPreTokenizer(
                    TextPattern.Read(part.Member("pattern")), ReadBehavior(part.Member("behavior"), null), part.Member("invert").Boolean(false));
            case "ByteLevel":
                var (addsSpace, cuts) = (part.Member("add_prefix_space").Boolean(true), part.Member("use_regex").Boolean(true));
                return isLast && !addsSpace && !cuts ? null : new ByteLevelPreTokenizer(addsSpace, cuts, writesBytes: !isLast);
            case "Digits":
                return new CharacterPreTokenizer(
                    Rune.IsNumber, part.Member("individual_digits").Boolean(false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous);
            case "Punctuation":
                return new CharacterPreTokenizer(IsPunctuation, ReadBehavior(part.Member("behavior"), SplitBehavior.Isolated));
            case "Whitespace":
                // Joiners count as part of a word here, as they do in Rust's \w.
                return new PatternPreTokenizer(TextPattern.FromRegex(@"[\w\u200C\u200D]+|[^\w\s\u200C\u200D]+"), SplitBehavior.Removed, invert: true);
            case "WhitespaceSplit":
                return new CharacterPreTokenizer(Rune.IsWhiteSpace, SplitBehavior.Removed);
            case "CharDelimiterSplit":
                return ReadDelimiter(part.Member("delimiter"));
            case "Metaspace":
                var (mark, prefix) = MetaspaceOptions.Read(part);
                return new MetaspacePreTokenizer(mark, prefix, part.Member("split").Boolean(true));
            default:
                throw part.Unsupported(
                    type,
                    $"the pre-tokenizer '{type}' is not supported. Supported: Sequence, Split, ByteLevel, Digits, Punctuation, Whitespace, WhitespaceSplit, CharDelimiterSplit, Metaspace.");
        }
    }

    private static CharacterPreTokenizer ReadDelimiter(JsonPart part)
    {
        var delimiter = part.String().EnumerateRunes().ToArray() is [var only] ? only : throw part.Unexpected("one character");
        return new CharacterPreTokenizer(rune => rune == delimiter, SplitBehavior.Removed);
    }

    private static SplitBehavior ReadBehavior(JsonPart part, SplitBehavior? whenAbsent) =>
        part.IsNull && whenAbsent is { } behavior ? behavior : part.String() switch
        {
            "Removed" => SplitBehavior.Removed,
            "Isolated" => SplitBehavior.Isolated,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            _ => throw part.Unexpected("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous"),
        };

    // ASCII punctuation includes symbols such as $ and +, which Unicode counts otherwise.
    private static bool IsPunctuation(Rune rune) =>
        rune.IsAscii ? !Rune.IsLetterOrDigit(rune) && !Rune.IsControl(rune) && rune.Value != ' ' : Rune.IsPunctuation(rune);
}
