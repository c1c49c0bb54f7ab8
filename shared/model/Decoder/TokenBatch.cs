namespace LoraMesh.Model;

/// <summary>
/// Token sequences laid end to end, without padding. Each segment is a text of its own: positions start again and
/// nothing is seen across its borders.
/// </summary>
public sealed class TokenBatch
{
    /// <summary>Makes a batch of whole sequences.</summary>
    /// <param name="ids">Token ids of all segments, one after the other; [T].</param>
    /// <param name="segmentLengths">Length of each segment; their sum is T.</param>
    /// <exception cref="ArgumentException">The lengths do not add up.</exception>
    public TokenBatch(long[] ids, IReadOnlyList<int> segmentLengths)
    {
        if (segmentLengths.Any(length => length <= 0) || segmentLengths.Sum() != ids.Length)
        {
            throw new ArgumentException($"Segment lengths [{string.Join(", ", segmentLengths)}] must be above 0 and add up to {ids.Length} ids.", nameof(segmentLengths));
        }

        Ids = ids;
        SegmentLengths = segmentLengths;
    }

    /// <summary>Token ids, [T].</summary>
    public long[] Ids { get; }

    /// <summary>Length of each segment in tokens.</summary>
    public IReadOnlyList<int> SegmentLengths { get; }

    /// <summary>
    /// Width that the rows were padded to, where a reference computed them together: a rotary embedding that goes by the
    /// length of the sequence then goes by this one. Null: by each segment's own.
    /// </summary>
    public int? PaddedLength { get; init; }

    /// <summary>What the segments measured before unscored tokens at their ends were left out, for the same reason.</summary>
    internal IReadOnlyList<int>? WholeLengths { get; init; }

    /// <summary>Tokens in all.</summary>
    public int Tokens => Ids.Length;
}
