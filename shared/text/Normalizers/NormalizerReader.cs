using LoraMesh.Text.Patterns;
using LoraMesh.Text.Reading;
using LoraMesh.Text.Unicode;

namespace LoraMesh.Text.Normalizers;

internal static class NormalizerReader
{
    /// <summary>The normalizer, or null where the file has none.</summary>
    public static Normalizer? Read(JsonPart part) => part.IsNull ? null : ReadOne(part);

    private static Normalizer ReadOne(JsonPart part)
    {
        var type = part.Type();
        return type switch
        {
            "Sequence" => new SequenceNormalizer([.. part.Member("normalizers").Items().Select(ReadOne)]),
            "NFC" => new UnicodeFormNormalizer(NormalizationKind.CanonicalComposed),
            "NFD" => new UnicodeFormNormalizer(NormalizationKind.CanonicalDecomposed),
            "NFKC" => new UnicodeFormNormalizer(NormalizationKind.CompatibilityComposed),
            "NFKD" => new UnicodeFormNormalizer(NormalizationKind.CompatibilityDecomposed),
            "Replace" => new ReplaceNormalizer(TextPattern.Read(part.Member("pattern")), part.Member("content").String()),
            "Prepend" => new PrependNormalizer(part.Member("prepend").String()),
            "Lowercase" => new LowercaseNormalizer(),
            "Strip" => new StripNormalizer(part.Member("strip_left").Boolean(true), part.Member("strip_right").Boolean(true)),
            "StripAccents" => new StripAccentsNormalizer(),
            _ => throw part.Unsupported(
                type,
                $"the normalizer '{type}' is not supported. Supported: Sequence, NFC, NFD, NFKC, NFKD, Replace, Prepend, Lowercase, Strip, StripAccents."),
        };
    }
}
