namespace LoraMesh.Text.Models;

// The tokens of a text, and where asked for the range of the original text behind each.
internal sealed class TokenList(string text, bool withSpans)
{
    private const int CharsPerToken = 3;

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
}
