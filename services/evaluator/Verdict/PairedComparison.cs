using System.Globalization;
using LoraMesh.Contracts;

namespace LoraMesh.Evaluator.Verdict;

/// <summary>
/// Whether the candidate is shown to be better than another on the same held-out rows: by the gate's figure, or by loss
/// where neither answers any row better than the other. A figure that is 0 or 1 is compared by the exact test of the rows
/// that differ, any other by a paired randomization test. Both are two-sided, as an interval of that confidence is: of candidates
/// that are as good as the other, half as many are promoted as the confidence leaves to chance.
/// </summary>
/// <param name="Check">What was found.</param>
/// <param name="IsWorse">Whether the candidate's figure is lower, by chance or not.</param>
internal sealed record PairedComparison(GateCheck Check, bool IsWorse)
{
    internal static PairedComparison Of(ScoreSheet sheet, Contender other, EvaluationConfig config)
    {
        var (gate, limit) = (config.Gate, 1 - config.Confidence);
        if (gate.Metric == AnswerMetricNames.Loss || sheet.HeldOut.Rows.Count == 0)
        {
            return ByLoss(sheet, other, gate.MinGain, limit, "");
        }

        var (own, theirs) = (sheet.Scores(sheet.Candidate, sheet.HeldOut, gate.Metric), sheet.Scores(other, sheet.HeldOut, gate.Metric));
        var gains = own.Zip(theirs).Count(pair => pair.First > pair.Second);
        var losses = own.Zip(theirs).Count(pair => pair.First < pair.Second);
        if (gate.MinGain > 0 || !own.Concat(theirs).All(score => score is 0 or 1))
        {
            return ByMean(own, theirs, other, gate, limit);
        }

        return gains + losses > 0
            ? ByRows(own.Length, gains, losses, other, gate.Metric, limit)
            : ByLoss(sheet, other, 0, limit, "both answer the same rows rightly, and ");
    }

    private static PairedComparison ByRows(int rows, int gains, int losses, Contender other, string metric, double limit)
    {
        var p = TwoSided(SignTest.PValue(gains, losses));
        var by = metric == AnswerMetricNames.ExactMatch ? "" : $" by {metric}";
        return Make(other, p < limit, losses > gains, Say($"of {rows} rows {gains} only the candidate answers rightly{by}, {losses} only {other.Name} (sign test p = {p:0.0000}, asked below {limit:0.####})"));
    }

    private static PairedComparison ByMean(double[] own, double[] theirs, Contender other, GateConfig gate, double limit)
    {
        var p = TwoSided(PairedRandomization.PValue([.. own.Zip(theirs, (mine, its) => mine - its - gate.MinGain)]));
        var least = gate.MinGain > 0 ? Say($" by more than {gate.MinGain:0.####}") : "";
        var (mine, its) = (own.Average(), theirs.Average());
        return Make(other, p < limit, mine < its, Say($"{gate.Metric} over {own.Length} rows is {mine:0.0000} against {its:0.0000} (paired randomization test p of better{least} = {p:0.0000}, asked below {limit:0.####})"));
    }

    private static PairedComparison ByLoss(ScoreSheet sheet, Contender other, double minGain, double limit, string because)
    {
        if (sheet.Candidate.Losses is not { Count: > 0 } own || other.Losses is not { } theirs || own.Count != theirs.Count)
        {
            return Make(other, false, true, $"{because}the report holds no losses by row");
        }

        // The gain is meant for a token, the sums are of rows.
        var shift = minGain * (sheet.Report.SupervisedTokens ?? own.Count) / own.Count;
        var p = TwoSided(PairedRandomization.PValue([.. own.Zip(theirs, (mine, its) => its - mine - shift)]));
        var change = 1 - own.Sum() / Math.Max(theirs.Sum(), double.Epsilon);
        var least = minGain > 0 ? Say($" by more than {minGain:0.####} nats a token") : "";
        return Make(other, p < limit, change < 0, Say($"{because}the candidate's loss is {Math.Abs(change):P1} {(change >= 0 ? "lower" : "higher")} (paired randomization test p{least} = {p:0.0000}, asked below {limit:0.####})"));
    }

    private static double TwoSided(double p) => Math.Min(1, 2 * p);

    private static PairedComparison Make(Contender other, bool isBetter, bool isWorse, string found) => new(
        new GateCheck { Name = $"better_than_{other.Name}", Passed = isBetter, Reason = $"{(isBetter ? "Better" : "Not shown to be better")} than {other.Name}: {found}." },
        isWorse);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
