namespace LoraMesh.Text.Normalizers;

// Puts fixed text before any text that is not empty; it counts to the text's first character.
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    public override NormalizedText Apply(NormalizedText text)
    {
        if (text.Text.Length == 0)
        {
            return text;
        }

        var rewriter = new TextRewriter(text);
        rewriter.Put(prefix, 0, text.Text.Length > 1 && char.IsSurrogatePair(text.Text[0], text.Text[1]) ? 2 : 1);
        rewriter.Keep(0, text.Text.Length);
        return rewriter.Finish();
    }
}
