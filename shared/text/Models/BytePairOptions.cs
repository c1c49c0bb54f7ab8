using LoraMesh.Text.Reading;

namespace LoraMesh.Text.Models;

internal sealed record BytePairOptions
{
    public string? UnknownToken { get; init; }

    public string? ContinuingPrefix { get; init; }

    public string? EndOfWordSuffix { get; init; }

    public bool FusesUnknown { get; init; }

    public bool FallsBackToBytes { get; init; }

    public bool IgnoresMerges { get; init; }

    /// <summary>Whether pieces come as text and are to be written as bytes.</summary>
    public bool WritesBytes { get; init; }

    public static BytePairOptions Read(JsonPart part, bool writesBytes)
    {
        var dropout = part.Member("dropout");
        if (!dropout.IsNull && dropout.Number() != 0)
        {
            throw part.Unsupported("dropout", "a dropout of merges makes ids random and is not supported. Set $.model.dropout to null.");
        }

        return new BytePairOptions
        {
            UnknownToken = part.Member("unk_token").StringOrNull(),
            ContinuingPrefix = EmptyAsNull(part.Member("continuing_subword_prefix").StringOrNull()),
            EndOfWordSuffix = EmptyAsNull(part.Member("end_of_word_suffix").StringOrNull()),
            FusesUnknown = part.Member("fuse_unk").Boolean(false),
            FallsBackToBytes = part.Member("byte_fallback").Boolean(false),
            IgnoresMerges = part.Member("ignore_merges").Boolean(false),
            WritesBytes = writesBytes,
        };
    }

    private static string? EmptyAsNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
