using System.Globalization;
using LoraMesh.Contracts;
using LoraMesh.Evaluator.Contest;

namespace LoraMesh.Evaluator.Verdict;

/// <summary>
/// Decides whether a candidate earned its promotion: better than base and champion on the same rows, by exact match,
/// or by loss where neither of two answers a row that the other one misses.
/// </summary>
internal static class Gate
{
    /// <summary>The verdict, in one sentence that a person can check against the figures.</summary>
    internal static (bool Promote, string Reason) Decide(
        IReadOnlyList<HeldOutRow> rows, Contestant candidate, Figures figures, IEnumerable<Contestant> others, EvaluationConfig config)
    {
        if (figures.ExactMatch < config.MinExactMatch)
        {
            return (false, Say($"exact match is {figures.ExactMatch:P1} of {figures.Rows} rows, min_exact_match asks for {config.MinExactMatch:P1}."));
        }

        var reasons = new List<string>();
        foreach (var other in others)
        {
            var (better, reason) = Compare(rows, candidate, other, config.Confidence);
            if (!better)
            {
                return (false, reason);
            }

            reasons.Add(reason);
        }

        return (true, string.Join(" ", reasons));
    }

    private static (bool Better, string Reason) Compare(IReadOnlyList<HeldOutRow> rows, Contestant candidate, Contestant other, double confidence)
    {
        int gains = 0, losses = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            var (own, theirs) = (candidate.IsRight(row, rows[row].Reference), other.IsRight(row, rows[row].Reference));
            gains += own && !theirs ? 1 : 0;
            losses += theirs && !own ? 1 : 0;
        }

        if (gains + losses > 0)
        {
            var p = SignTest.PValue(gains, losses);
            return (p < 1 - confidence, Say($"{(p < 1 - confidence ? "Better" : "Not shown to be better")} than {other.Name}: of {rows.Count} rows {gains} only the candidate answers rightly, {losses} only {other.Name} (sign test p = {p:0.0000}, asked below {1 - confidence:0.####})."));
        }

        var byLoss = PairedBootstrap.PValue(candidate.Losses, other.Losses);
        var change = 1 - candidate.Losses.Sum() / Math.Max(other.Losses.Sum(), double.Epsilon);
        return (byLoss < 1 - confidence, Say($"{(byLoss < 1 - confidence ? "Better" : "Not shown to be better")} than {other.Name}: both answer the same rows rightly, and the candidate's loss is {Math.Abs(change):P1} {(change >= 0 ? "lower" : "higher")} (paired bootstrap p = {byLoss:0.0000}, asked below {1 - confidence:0.####})."));
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
