using System.Text;

namespace LoraMesh.Text.PreTokenizers;

// Digits, Punctuation, WhitespaceSplit, CharDelimiterSplit: every code point of a kind is a match by itself.
internal sealed class CharacterPreTokenizer(Predicate<Rune> isMatch, SplitBehavior behavior) : CuttingPreTokenizer(behavior, invert: false)
{
    protected override void FindAll(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            if (isMatch(rune))
            {
                matches.Add((position, end));
            }

            position = end;
        }
    }
}
