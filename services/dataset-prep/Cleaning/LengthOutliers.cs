using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Cleaning;

// Lengths of texts spread over magnitudes, so that the fences are taken of their logarithms.

/// <summary>
/// Finds rows that are far longer or shorter than the others: beyond the outer fences of J. W. Tukey (Exploratory Data
/// Analysis, 1977), three times the distance of the quartiles away from them, of the logarithm of the number of tokens.
/// </summary>
/// <param name="policies">What is done about such a row.</param>
/// <param name="problems">Is told of each.</param>
internal sealed class LengthOutliers(ProblemPolicies policies, ProblemLog problems) : IRowPass
{
    /// <summary>Rows from which on there are fences.</summary>
    public const int FewestRows = 100;

    private const double Reach = 3;

    // Quartiles that lie closer count as half an octave apart: where most rows are equally long, a word more is nothing.
    private const double LeastSpread = 0.5;

    public string Name => "length_outliers";

    /// <summary>Where the fences stand; null where there were too few rows.</summary>
    public LengthFences? Fences { get; private set; }

    public void Run(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        if (marks.Kept < FewestRows || policies.Of(ProblemKind.LengthOutlier) == ProblemPolicy.Ignore)
        {
            return;
        }

        var fences = FencesOf(rows, marks, cancellationToken);
        Fences = fences;
        var number = -1L;
        foreach (var place in rows.ReadPlaces(cancellationToken))
        {
            number++;
            if (!marks.IsKept(number) || (place.Tokens >= fences.Shortest && place.Tokens <= fences.Longest))
            {
                continue;
            }

            Tell(place, rows.Files[place.File], fences);
            if (policies.Of(ProblemKind.LengthOutlier) is ProblemPolicy.Drop or ProblemPolicy.Refuse)
            {
                marks.Drop(number, ProblemKind.LengthOutlier);
            }
        }
    }

    private void Tell(RowPosition place, string file, LengthFences fences)
    {
        var told = new RowProblems(file, place.Line, policies);
        told.Add(
            ProblemKind.LengthOutlier,
            string.Empty,
            $"{Shown.Number(place.Tokens)} tokens",
            $"{Shown.Number(fences.Shortest)} to {Shown.Number(fences.Longest)} tokens, as almost all rows have (the middle one {Shown.Number(fences.Median)})",
            place.Tokens > fences.Longest ? "See whether it holds what belongs into several rows, or what nobody wrote." : "See whether something of it was lost.");
        problems.Add(told.All[0]);
    }

    private static LengthFences FencesOf(RowStore rows, RowMarks marks, CancellationToken cancellationToken)
    {
        // A row has at most as many tokens as the model's context.
        var counts = new SortedDictionary<int, long>();
        var number = 0L;
        foreach (var place in rows.ReadPlaces(cancellationToken))
        {
            if (marks.IsKept(number++))
            {
                counts[place.Tokens] = counts.GetValueOrDefault(place.Tokens) + 1;
            }
        }

        var (low, median, high) = (At(counts, marks.Kept / 4), At(counts, marks.Kept / 2), At(counts, marks.Kept * 3 / 4));
        var spread = Math.Max(LeastSpread, Math.Log2((double)high / low));
        return new LengthFences
        {
            Shortest = (int)Math.Ceiling(low / Math.Pow(2, Reach * spread)),
            Median = median,
            Longest = (int)Math.Min(int.MaxValue, Math.Floor(high * Math.Pow(2, Reach * spread))),
        };
    }

    // The length of the row at a place in the order of lengths.
    private static int At(SortedDictionary<int, long> counts, long place)
    {
        var before = 0L;
        foreach (var (tokens, count) in counts)
        {
            before += count;
            if (before > place)
            {
                return Math.Max(1, tokens);
            }
        }

        return 1;
    }
}
