using LoraMesh.Text.Normalizers;

namespace LoraMesh.Text.PreTokenizers;

// A range of normalized text that is tokenized by itself.
internal readonly record struct Piece(NormalizedText Source, int Start, int End)
{
    public ReadOnlySpan<char> Chars => Source.Text.AsSpan(Start, End - Start);

    public static Piece Whole(NormalizedText text) => new(text, 0, text.Text.Length);

    public Piece Slice(int start, int end) => new(Source, Start + start, Start + end);

    public NormalizedText ToText() => Source.Slice(Start, End);
}
