using System.Globalization;

namespace LoraMesh.Text.Normalizers;

// Drops combining marks; it does not take composed letters apart, which is an NFD normalizer's work.
internal sealed class StripAccentsNormalizer : Normalizer
{
    public override NormalizedText Apply(NormalizedText text)
    {
        var rewriter = new TextRewriter(text);
        var position = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            if (CharUnicodeInfo.GetUnicodeCategory(rune.Value)
                is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark))
            {
                rewriter.Keep(position, end);
            }

            position = end;
        }

        return rewriter.Finish();
    }
}
