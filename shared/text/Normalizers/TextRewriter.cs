using System.Text;

namespace LoraMesh.Text.Normalizers;

// Collects new text piece by piece, with the range each piece came from.
internal sealed class TextRewriter(NormalizedText source)
{
    private readonly StringBuilder _text = new(source.Text.Length);
    private readonly List<(int Start, int End)>? _from = source.KeepsOrigins ? new(source.Text.Length) : null;

    /// <summary>Takes over the source's chars as they are.</summary>
    public void Keep(int start, int end)
    {
        _text.Append(source.Text, start, end - start);
        for (var i = start; _from is not null && i < end; i++)
        {
            _from.Add((i, i + 1));
        }
    }

    /// <summary>Puts text in the place of a range of the source, which may be empty.</summary>
    public void Put(ReadOnlySpan<char> text, int start, int end)
    {
        _text.Append(text);
        for (var i = 0; _from is not null && i < text.Length; i++)
        {
            _from.Add((start, end));
        }
    }

    public NormalizedText Finish() => _from is null ? NormalizedText.WithoutOrigins(_text.ToString()) : source.Replace(_text.ToString(), _from);
}
