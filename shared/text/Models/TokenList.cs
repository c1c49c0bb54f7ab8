namespace LoraMesh.Text.Models;

// The tokens of a text, and where asked for the range of the original text behind each.
internal sealed class TokenList(string text, bool withSpans)
{
    public string Text => text;

    // What an added token was written as, where it was found; null for tokens of the model.
    private readonly List<string?>? _written = withSpans ? [] : null;

    public List<int> Ids { get; } = [];

    public List<TextSpan>? Spans { get; } = withSpans ? [] : null;

    public void Add(int id, TextSpan span, string? written = null)
    {
        Ids.Add(id);
        Spans?.Add(span);
        _written?.Add(written);
    }

    public void Insert(int index, int id)
    {
        Ids.Insert(index, id);
        Spans?.Insert(index, default);
        _written?.Insert(index, null);
    }

    /// <summary>What an added token was written as in the text; null for tokens of the model.</summary>
    public string? Written(int index) => _written?[index];
}
