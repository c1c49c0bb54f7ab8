using System.Text;
using LoraMesh.Text.Models;
using LoraMesh.Text.Normalizers;
using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.PreTokenizers;

// GPT-2's splitting, and its writing of bytes as printable chars. The latter is left to the model (writesBytes false)
// where nothing comes after: it is cheaper there, behind the cache of words.
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, bool useRegex, bool writesBytes) : PreTokenizer
{
    private static readonly PatternPreTokenizer Words = new(
        TextPattern.FromRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"), SplitBehavior.Isolated, invert: false);

    private static readonly PrependNormalizer PrefixSpace = new(" ");

    public override void Split(Piece piece, List<Piece> pieces)
    {
        if (addPrefixSpace && !piece.Chars.StartsWith(" "))
        {
            piece = Piece.Whole(PrefixSpace.Apply(piece.ToText()));
        }

        var first = pieces.Count;
        if (useRegex)
        {
            Words.Split(piece, pieces);
        }
        else
        {
            pieces.Add(piece);
        }

        for (var i = first; writesBytes && i < pieces.Count; i++)
        {
            pieces[i] = Piece.Whole(WriteBytes(pieces[i].ToText()));
        }
    }

    private static NormalizedText WriteBytes(NormalizedText text)
    {
        var rewriter = new TextRewriter(text);
        Span<byte> bytes = stackalloc byte[4];
        Span<char> chars = stackalloc char[4];
        var position = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            var length = rune.EncodeToUtf8(bytes);
            for (var i = 0; i < length; i++)
            {
                chars[i] = ByteAlphabet.CharOf(bytes[i]);
            }

            rewriter.Put(chars[..length], position, end);
            position = end;
        }

        return rewriter.Finish();
    }
}
