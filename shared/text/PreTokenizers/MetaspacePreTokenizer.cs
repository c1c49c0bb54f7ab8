using LoraMesh.Text.Normalizers;

namespace LoraMesh.Text.PreTokenizers;

// Writes spaces as a visible mark, puts one before the first word, and cuts before each.
internal sealed class MetaspacePreTokenizer(string mark, MetaspacePrefix prefix, bool cuts) : PreTokenizer
{
    private readonly PrependNormalizer _prefix = new(mark);

    public bool AsksForOrigins => prefix == MetaspacePrefix.First;

    public override void Split(Piece piece, List<Piece> pieces)
    {
        var text = WriteSpaces(piece.ToText());
        var isFirst = AsksForOrigins && text.Origin(0, 1).Start == 0;
        if ((prefix == MetaspacePrefix.Always || (prefix == MetaspacePrefix.First && isFirst)) && !text.Text.StartsWith(mark, StringComparison.Ordinal))
        {
            text = _prefix.Apply(text);
        }

        if (!cuts)
        {
            pieces.Add(Piece.Whole(text));
            return;
        }

        var matches = new List<(int Start, int End)>();
        for (var at = text.Text.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = text.Text.IndexOf(mark, at + mark.Length, StringComparison.Ordinal))
        {
            matches.Add((at, at + mark.Length));
        }

        var ranges = new List<(int Start, int End)>();
        Cutter.Cut(text.Text.Length, 0, matches, SplitBehavior.MergedWithNext, invert: false, ranges);
        pieces.AddRange(ranges.Select(range => new Piece(text, range.Start, range.End)));
    }

    private NormalizedText WriteSpaces(NormalizedText text)
    {
        if (!text.Text.Contains(' '))
        {
            return text;
        }

        var rewriter = new TextRewriter(text);
        for (var i = 0; i < text.Text.Length; i++)
        {
            if (text.Text[i] == ' ')
            {
                rewriter.Put(mark, i, i + 1);
            }
            else
            {
                rewriter.Keep(i, i + 1);
            }
        }

        return rewriter.Finish();
    }
}
