using System.Runtime.InteropServices;
using LoraMesh.Text.Normalizers;
using LoraMesh.Text.PreTokenizers;

namespace LoraMesh.Text.Models;

// The tokens of a text, and where asked for the range of the original text behind each.
internal sealed class TokenList(string text, bool withSpans)
{
    private const int CharsPerToken = 3;
    private const int AtOnce = 16;

    // What an added token was written as, where it was found, by its place; there are few.
    private SortedDictionary<int, string>? _written;

    public string Text => text;

    public List<int> Ids { get; } = new(text.Length / CharsPerToken);

    public List<TextSpan>? Spans { get; } = withSpans ? new(text.Length / CharsPerToken) : null;

    public void Add(int id, TextSpan span, string? written = null)
    {
        Ids.Add(id);
        if (Spans is null)
        {
            return;
        }

        Spans.Add(span);
        if (written is not null)
        {
            _written ??= [];
            _written[Ids.Count - 1] = written;
        }
    }

    /// <summary>Adds the tokens of a piece, which are looked up or worked out and kept.</summary>
    public void Add(Piece piece, WordCache cache, Func<string, Word> encode)
    {
        var chars = piece.Chars;
        if (cache.TryGet(chars, out var known))
        {
            Add(piece, known);
            return;
        }

        var word = encode(chars.ToString()).Tokens;
        cache.Add(chars, word);
        Add(piece, word);
    }

    /// <summary>Adds the tokens of pieces that are ranges of one text.</summary>
    public void Add(NormalizedText source, ReadOnlySpan<(int Start, int End)> ranges, WordCache cache, Func<string, Word> encode)
    {
        Span<int> places = stackalloc int[AtOnce];
        while (ranges.Length > 0)
        {
            var some = ranges[..Math.Min(AtOnce, ranges.Length)];
            var words = cache.Find(source.Text, some, places);
            for (var i = 0; i < some.Length; i++)
            {
                var piece = new Piece(source, some[i].Start, some[i].End);
                if (places[i] > 0)
                {
                    Add(piece, WordCache.At(words, places[i]));
                }
                else
                {
                    Add(piece, cache, encode);
                }
            }

            ranges = ranges[some.Length..];
        }
    }

    public void Insert(int index, int id)
    {
        Ids.Insert(index, id);
        Spans?.Insert(index, default);
        if (_written is not null)
        {
            _written = new(_written.ToDictionary(entry => entry.Key >= index ? entry.Key + 1 : entry.Key, entry => entry.Value));
        }
    }

    /// <summary>What an added token was written as in the text; null for tokens of the model.</summary>
    public string? Written(int index) => _written?.GetValueOrDefault(index);

    private void Add(Piece piece, WordTokens word)
    {
        word.Ids.CopyTo(Grow(Ids, word.Ids.Length));
        if (Spans is not null)
        {
            WordSpans.Write(piece, word, Grow(Spans, word.Ids.Length));
        }
    }

    private static Span<T> Grow<T>(List<T> list, int count)
    {
        var before = list.Count;
        CollectionsMarshal.SetCount(list, before + count);
        return CollectionsMarshal.AsSpan(list)[before..];
    }
}
