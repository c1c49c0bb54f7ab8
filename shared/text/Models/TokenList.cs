namespace LoraMesh.Text.Models;

// The tokens of a text, and where asked for the range of the original text behind each.
internal sealed class TokenList(bool withSpans)
{
    public List<int> Ids { get; } = [];

    public List<TextSpan>? Spans { get; } = withSpans ? [] : null;

    public void Add(int id, TextSpan span)
    {
        Ids.Add(id);
        Spans?.Add(span);
    }

    public void Insert(int index, int id)
    {
        Ids.Insert(index, id);
        Spans?.Insert(index, default);
    }
}
