using System.Text;

namespace LoraMesh.Text.PreTokenizers;

// Digits, Punctuation, WhitespaceSplit, CharDelimiterSplit: every code point of a kind is a match by itself.
internal sealed class CharacterPreTokenizer(Predicate<Rune> isMatch, SplitBehavior behavior) : PreTokenizer
{
    public override void Split(Piece piece, List<Piece> pieces)
    {
        var matches = new List<(int Start, int End)>();
        var position = 0;
        foreach (var rune in piece.Chars.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            if (isMatch(rune))
            {
                matches.Add((position, end));
            }

            position = end;
        }

        Cutter.Cut(piece, matches, behavior, invert: false, pieces);
    }
}
