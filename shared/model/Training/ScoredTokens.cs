namespace LoraMesh.Model;

/// <summary>
/// The part of a batch that its loss depends on: attention looks back only, so what follows a segment's last supervised token
/// changes nothing. Without it padding costs nothing, and rounds nothing otherwise.
/// </summary>
internal sealed record ScoredTokens(TokenBatch Batch, int[] Labels)
{
    /// <summary>Leaves out unscored ends, and segments without any supervised token; null if nothing is left.</summary>
    /// <exception cref="ArgumentException">There is not one label a token.</exception>
    internal static ScoredTokens? Of(TokenBatch batch, ReadOnlySpan<int> labels)
    {
        if (labels.Length != batch.Tokens)
        {
            throw new ArgumentException($"There are {labels.Length} labels for {batch.Tokens} tokens.", nameof(labels));
        }

        List<long> ids = [];
        List<int> kept = [], lengths = [], whole = [];
        var start = 0;
        foreach (var length in batch.SegmentLengths)
        {
            // Nothing predicts a segment's first token.
            var scored = labels.Slice(start + 1, length - 1).LastIndexOfAnyExcept(CrossEntropy.IgnoreIndex) + 2;
            if (scored > 1)
            {
                ids.AddRange(batch.Ids.AsSpan(start, scored));
                kept.AddRange(labels.Slice(start, scored));
                lengths.Add(scored);
                whole.Add(length);
            }

            start += length;
        }

        return lengths.Count == 0 ? null : new ScoredTokens(new TokenBatch([.. ids], lengths) { PaddedLength = batch.PaddedLength, WholeLengths = whole }, [.. kept]);
    }
}
