using System.Text;
using LoraMesh.Text.PreTokenizers;

namespace LoraMesh.Text.Models;

// Adds a word's tokens and, where asked for, finds the original text behind each token of a word; a token that is a part of a character gets the whole of it.
internal static class WordSpans
{
    public static void Add(Piece piece, Word word, TokenList tokens)
    {
        if (tokens.Spans is null)
        {
            tokens.Ids.AddRange(word.Ids);
            return;
        }

        if (Ascii.IsValid(piece.Chars))
        {
            AddAscii(piece, word, tokens);
            return;
        }

        var charOfByte = CharOfByte(piece.Chars);
        for (var i = 0; i < word.Ids.Length; i++)
        {
            var last = Math.Min(word.Bytes[i].End, charOfByte.Count) - 1;
            var first = Math.Min(word.Bytes[i].Start, last);
            if (first < 0)
            {
                tokens.Add(word.Ids[i], default);
                continue;
            }

            tokens.Add(word.Ids[i], piece.Source.Origin(piece.Start + charOfByte[first].Start, piece.Start + charOfByte[last].End));
        }
    }

    // Every byte is a character.
    private static void AddAscii(Piece piece, Word word, TokenList tokens)
    {
        var length = piece.Chars.Length;
        for (var i = 0; i < word.Ids.Length; i++)
        {
            var (start, end) = word.Bytes[i];
            var last = Math.Min(end, length) - 1;
            var first = Math.Min(start, last);
            tokens.Add(word.Ids[i], first < 0 ? default : piece.Source.Origin(piece.Start + first, piece.Start + last + 1));
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
