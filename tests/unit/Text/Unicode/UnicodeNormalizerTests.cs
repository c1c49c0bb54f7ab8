using System.Text;
using LoraMesh.Text.Unicode;

namespace LoraMesh.UnitTests.Text.Unicode;

// Expected values are Python's unicodedata.normalize (Unicode 15.1).
public sealed class UnicodeNormalizerTests
{
    [Theory]
    [InlineData("e\u0301", "\u00e9", "e\u0301", "\u00e9")]
    [InlineData("\u212b", "\u00c5", "A\u030a", "\u00c5")]
    [InlineData("\ufb01x\u00b2", "\ufb01x\u00b2", "\ufb01x\u00b2", "fix2")]
    [InlineData("\u1100\u1161\u11a8", "\uac01", "\u1100\u1161\u11a8", "\uac01")]
    [InlineData("\uac00\u11a8", "\uac01", "\u1100\u1161\u11a8", "\uac01")]
    [InlineData("a\u0307\u0323", "\u1ea1\u0307", "a\u0323\u0307", "\u1ea1\u0307")]
    [InlineData("\u0958", "\u0915\u093c", "\u0915\u093c", "\u0915\u093c")]
    [InlineData("\U0001d15e", "\U0001d157\U0001d165", "\U0001d157\U0001d165", "\U0001d157\U0001d165")]
    [InlineData("\u304b\u3099", "\u304c", "\u304b\u3099", "\u304c")]
    [InlineData("\u00a0\u3000\u2460", "\u00a0\u3000\u2460", "\u00a0\u3000\u2460", "  1")]
    [InlineData("\ufdfa", "\ufdfa", "\ufdfa", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064a\u0647 \u0648\u0633\u0644\u0645")]
    [InlineData("\u0301e", "\u0301e", "\u0301e", "\u0301e")]
    [InlineData("plain", "plain", "plain", "plain")]
    public void Normalize_Text_GivesTheFormsOfTheStandard(string text, string composed, string decomposed, string compatible)
    {
        Assert.Equal(composed, Normalize(NormalizationKind.CanonicalComposed, text));
        Assert.Equal(decomposed, Normalize(NormalizationKind.CanonicalDecomposed, text));
        Assert.Equal(compatible, Normalize(NormalizationKind.CompatibilityComposed, text));
    }

    [Fact]
    public void Normalize_ManyMarks_TakesTimeInProportion()
    {
        // Sorted by insertion, this run would take minutes.
        var marks = new StringBuilder("a");
        for (var i = 0; i < 200_000; i++)
        {
            marks.Append(i % 2 == 0 ? '\u0301' : '\u0323');
        }

        Assert.StartsWith("\u1ea1\u0323", Normalize(NormalizationKind.CanonicalComposed, marks.ToString()), StringComparison.Ordinal);
    }

    private static string Normalize(NormalizationKind kind, string text)
    {
        var parts = new UnicodeNormalizer(kind).Normalize(text);
        return parts is null ? text : string.Concat(parts.Select(p => char.ConvertFromUtf32(p.CodePoint)));
    }
}
