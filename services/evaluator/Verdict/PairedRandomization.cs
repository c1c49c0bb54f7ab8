namespace LoraMesh.Evaluator.Verdict;

// A bootstrap would be the other choice. Of losses, where a few rows weigh most, its t-interval promotes more candidates of
// equal skill than its level says; signs drawn by chance keep the level whatever the tails.

/// <summary>
/// How sure a mean of paired differences is above 0: Fisher's randomization test (Pitman, 1937, doi:10.2307/2984124). Were both
/// contenders alike, each difference could as well have the other sign; of many draws of signs, how many give as much?
/// </summary>
internal static class PairedRandomization
{
    private const int MaxDraws = 10_000;
    private const int MinDraws = 1_000;
    private const int Seed = 20260;
    private const int Bits = 62;

    // Bounds the time of a set of any size to some seconds.
    private const long MaxSigns = 1_000_000_000;

    /// <summary>Chance of a mean as large as this one or larger where there is no difference; the same differences give the same chance.</summary>
    internal static double PValue(ReadOnlySpan<double> differences)
    {
        double total = 0, size = 0;
        foreach (var difference in differences)
        {
            total += difference;
            size += Math.Abs(difference);
        }

        // Sums of the same numbers in other orders differ by rounding.
        var (random, least, atLeast) = (new Random(Seed), total - (1e-12 * size), 0);
        var draws = (int)Math.Clamp(MaxSigns / Math.Max(1, differences.Length), MinDraws, MaxDraws);
        for (var draw = 0; draw < draws; draw++)
        {
            double sum = 0;
            long signs = 0;
            for (var row = 0; row < differences.Length; row++)
            {
                signs = row % Bits == 0 ? random.NextInt64() : signs >> 1;
                sum += (signs & 1) == 0 ? differences[row] : -differences[row];
            }

            atLeast += sum >= least ? 1 : 0;
        }

        // The draw that was seen is one of them.
        return (atLeast + 1.0) / (draws + 1);
    }
}
