using LoraMesh.Text.Patterns;

namespace LoraMesh.Text.Normalizers;

// Puts fixed text in the place of every match. It counts to the match's last character, as in tokenizers 0.23.
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : Normalizer
{
    public override NormalizedText Apply(NormalizedText text)
    {
        if (!text.KeepsOrigins && pattern.Verbatim is { Length: > 0 } verbatim)
        {
            return NormalizedText.WithoutOrigins(text.Text.Replace(verbatim, content, StringComparison.Ordinal));
        }

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
            var last = end - 2 >= start && char.IsSurrogatePair(text.Text[end - 2], text.Text[end - 1]) ? end - 2 : end - 1;
            rewriter.Put(content, Math.Max(start, last), end);
            position = end;
        }

        rewriter.Keep(position, text.Text.Length);
        return rewriter.Finish();
    }
}
