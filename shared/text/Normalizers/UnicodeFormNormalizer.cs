using System.Text;
using LoraMesh.Text.Unicode;

namespace LoraMesh.Text.Normalizers;

internal sealed class UnicodeFormNormalizer(NormalizationKind kind) : Normalizer
{
    private readonly UnicodeNormalizer _normalizer = new(kind);

    public override NormalizedText Apply(NormalizedText text)
    {
        if (_normalizer.Normalize(text.Text) is not { } parts)
        {
            return text;
        }

        var rewriter = new TextRewriter(text);
        Span<char> chars = stackalloc char[2];
        foreach (var part in parts)
        {
            var length = new Rune(part.CodePoint).EncodeToUtf16(chars);
            rewriter.Put(chars[..length], part.Start, part.End);
        }

        return rewriter.Finish();
    }
}
