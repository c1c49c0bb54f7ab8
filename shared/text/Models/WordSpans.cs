using System.Text;
using LoraMesh.Text.PreTokenizers;

namespace LoraMesh.Text.Models;

// Finds the original text behind each token of a word; a token that is a part of a character gets the whole of it.
internal static class WordSpans
{
    /// <summary>Writes one range a token.</summary>
    public static void Write(Piece piece, WordTokens word, Span<TextSpan> spans)
    {
        if (Ascii.IsValid(piece.Chars))
        {
            WriteAscii(piece, word, spans);
            return;
        }

        var charOfByte = CharOfByte(piece.Chars);
        for (var i = 0; i < spans.Length; i++)
        {
            var last = Math.Min(word.Bytes[i].End, charOfByte.Count) - 1;
            var first = Math.Min(word.Bytes[i].Start, last);
            spans[i] = first < 0 ? default : piece.Source.Origin(piece.Start + charOfByte[first].Start, piece.Start + charOfByte[last].End);
        }
    }

    // Every byte is a character.
    private static void WriteAscii(Piece piece, WordTokens word, Span<TextSpan> spans)
    {
        var length = piece.End - piece.Start;
        for (var i = 0; i < spans.Length; i++)
        {
            var last = Math.Min(word.Bytes[i].End, length) - 1;
            var first = Math.Min(word.Bytes[i].Start, last);
            spans[i] = first < 0 ? default : piece.Source.Origin(piece.Start + first, piece.Start + last + 1);
        }
    }

    private static List<(int Start, int End)> CharOfByte(ReadOnlySpan<char> text)
    {
        var chars = new List<(int Start, int End)>(text.Length);
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            for (var i = 0; i < rune.Utf8SequenceLength; i++)
            {
                chars.Add((position, end));
            }

            position = end;
        }

        return chars;
    }
}
