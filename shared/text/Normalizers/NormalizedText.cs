namespace LoraMesh.Text.Normalizers;

// Text on its way through the tokenizer, and for every char the range of the original text it came from. Where nobody
// will ask for ranges, they are not kept: all are empty then.
internal sealed class NormalizedText
{
    private readonly int _offset;
    private readonly (int Start, int End)[]? _origins;

    public NormalizedText(string text, int offset = 0, bool keepsOrigins = true)
    {
        Text = text;
        _offset = offset;
        KeepsOrigins = keepsOrigins;
    }

    private NormalizedText(string text, (int Start, int End)[] origins)
    {
        Text = text;
        _origins = origins;
        KeepsOrigins = true;
    }

    public string Text { get; }

    public bool KeepsOrigins { get; }

    /// <summary>The original range of the chars from start to end; start is below end.</summary>
    public TextSpan Origin(int start, int end) => !KeepsOrigins ? default
        : _origins is null ? new TextSpan(_offset + start, _offset + end)
        : new TextSpan(_origins[start].Start, _origins[end - 1].End);

    public NormalizedText Slice(int start, int end) =>
        start == 0 && end == Text.Length ? this
        : _origins is null ? new NormalizedText(Text[start..end], _offset + start, KeepsOrigins)
        : new NormalizedText(Text[start..end], _origins[start..end]);

    /// <summary>Text of which nobody asks where it came from.</summary>
    public static NormalizedText WithoutOrigins(string text) => new(text, 0, keepsOrigins: false);

    /// <summary>New text whose every char names the range of this text that it came from; an empty range belongs to what was put in.</summary>
    public NormalizedText Replace(string text, IReadOnlyList<(int Start, int End)> from)
    {
        var origins = new (int, int)[text.Length];
        for (var i = 0; i < origins.Length; i++)
        {
            var (start, end) = from[i];
            if (end > start)
            {
                var span = Origin(start, end);
                origins[i] = (span.Start, span.End);
            }
            else
            {
                var at = Text.Length == 0 ? _offset : start < Text.Length ? Origin(start, start + 1).Start : Origin(start - 1, start).End;
                origins[i] = (at, at);
            }
        }

        return new NormalizedText(text, origins);
    }
}
