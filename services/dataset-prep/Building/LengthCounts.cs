using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Building;

/// <summary>Counts token sequences by length, in ranges that each reach twice as far as the one before.</summary>
internal sealed class LengthCounts
{
    private const int FirstUpTo = 16;

    private readonly long[] _counts = new long[28];

    public void Add(int tokens)
    {
        var bin = 0;
        for (var upTo = FirstUpTo; tokens > upTo && bin < _counts.Length - 1; upTo *= 2)
        {
            bin++;
        }

        _counts[bin]++;
    }

    /// <summary>The ranges up to the last one that has any.</summary>
    public IReadOnlyList<LengthRange> ToHistogram()
    {
        var last = Array.FindLastIndex(_counts, count => count > 0);
        return [.. Enumerable.Range(0, last + 1).Select(bin => new LengthRange { UpTo = FirstUpTo << bin, Rows = _counts[bin] })];
    }
}
