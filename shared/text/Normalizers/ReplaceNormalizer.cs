using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.Normalizers;

// Puts fixed text in the place of every match.
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public override NormalizedText Apply(NormalizedText text)
    {
        var matches = new List<(int Start, int End)>();
        pattern.FindAll(text.Text, matches);
        if (matches.Count == 0)
        {
            return text;
        }

        var rewriter = new TextRewriter(text);
        var position = 0;
        foreach (var (start, end) in matches)
        {
            rewriter.Keep(position, start);
            rewriter.Put(content, start, end);
            position = end;
        }

        rewriter.Keep(position, text.Text.Length);
        return rewriter.Finish();
    }
}
