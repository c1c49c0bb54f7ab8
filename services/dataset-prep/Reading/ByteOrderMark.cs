namespace LoraMesh.DatasetPrep.Reading;

/// <summary>The three bytes by which some editors mark UTF-8; they also turn up inside files that were joined together.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Bytes => [0xEF, 0xBB, 0xBF];

    /// <summary>3 where the text starts with a mark, else 0.</summary>
    public static int Length(ReadOnlySpan<byte> text) => text.StartsWith(Bytes) ? Bytes.Length : 0;
}
