namespace LoraMesh.Text.Normalizers;

// Text on its way through the tokenizer, and for every char the range of the original text it came from.
internal sealed class NormalizedText
{
    private readonly int _offset;
    private readonly (int Start, int End)[]? _origins;

    public NormalizedText(string text, int offset = 0)
    {
        Text = text;
        _offset = offset;
    }

    private NormalizedText(string text, (int Start, int End)[] origins)
    {
        Text = text;
        _origins = origins;
    }

    public string Text { get; }

    /// <summary>The original range of the chars from start to end; start is below end.</summary>
    public TextSpan Origin(int start, int end) => _origins is null
        ? new TextSpan(_offset + start, _offset + end)
        : new TextSpan(_origins[start].Start, _origins[end - 1].End);

    public NormalizedText Slice(int start, int end) =>
        start == 0 && end == Text.Length ? this
        : _origins is null ? new NormalizedText(Text[start..end], _offset + start)
        : new NormalizedText(Text[start..end], _origins[start..end]);

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
