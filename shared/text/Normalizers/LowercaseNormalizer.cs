using System.Text;

namespace LoraMesh.Text.Normalizers;

internal sealed class LowercaseNormalizer : Normalizer
{
    public override NormalizedText Apply(NormalizedText text)
    {
        var rewriter = new TextRewriter(text);
        var position = 0;
        Span<char> chars = stackalloc char[2];
        foreach (var rune in text.Text.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;

            // The one letter whose full lower case is longer than its simple one.
            if (rune.Value == 'İ')
            {
                rewriter.Put("i\u0307", position, end);
            }
            else
            {
                var length = Rune.ToLowerInvariant(rune).EncodeToUtf16(chars);
                rewriter.Put(chars[..length], position, end);
            }

            position = end;
        }

        return rewriter.Finish();
    }
}
