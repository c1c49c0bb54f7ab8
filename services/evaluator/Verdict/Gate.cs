using LoraMesh.Contracts;
using LoraMesh.Metrics;

namespace LoraMesh.Evaluator.Verdict;

/// <summary>
/// Decides whether a candidate earned its promotion: it keeps every limit, and it is shown to be better than base and
/// champion on the same rows. Pure: the same measurements and settings give the same verdict, now and later.
/// </summary>
public static class Gate
{
    /// <summary>Judges what was measured.</summary>
    /// <param name="measured">Figures, losses and answers; a verdict in it is replaced.</param>
    /// <param name="config">What is asked.</param>
    /// <returns>The same with figures by set, checks, verdict, and the rows that changed most.</returns>
    /// <exception cref="MetricException">A figure is not defined for these rows, such as one of JSON for references that are none.</exception>
    public static EvaluationReport Judge(EvaluationReport measured, EvaluationConfig config)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(config);
        var sheet = new ScoreSheet(measured, config);
        List<GateCheck> limits = [.. new GateLimits(sheet, config).Checks()];
        var comparisons = sheet.Others.Select(other => PairedComparison.Of(sheet, other, config)).ToList();
        var (decision, reason) = Decide(limits, comparisons, config.Gate.Approval);
        var (worst, best) = RowChanges.Of(sheet, config.Gate);
        return measured with
        {
            Promote = decision == GateDecision.Promote,
            Decision = decision,
            Reason = reason,
            Checks = [.. limits, .. comparisons.Select(comparison => comparison.Check)],
            Metrics = [.. sheet.Sets.SelectMany(set => Metrics(config).Select(metric => sheet.Figures(set, metric)))],
            WorstRegressions = worst,
            BestGains = best,
        };
    }

    private static IEnumerable<string> Metrics(EvaluationConfig config) =>
        config.Metrics.Append(config.Gate.Metric).Where(metric => metric != AnswerMetricNames.Loss).Distinct(StringComparer.Ordinal);

    private static (string Decision, string Reason) Decide(List<GateCheck> limits, List<PairedComparison> comparisons, string approval)
    {
        var (broken, undecided) = (limits.Where(check => !check.Passed).ToList(), comparisons.Where(comparison => !comparison.Check.Passed).ToList());
        if (broken.Count > 0)
        {
            return (GateDecision.Refuse, Sentence(broken));
        }

        if (undecided.Count == 0)
        {
            var found = Sentence(comparisons.ConvertAll(comparison => comparison.Check));
            return approval == ApprovalPolicy.Always ? (GateDecision.Hold, $"Waits for approval, as gate.approval asks. {found}") : (GateDecision.Promote, found);
        }

        var why = Sentence(undecided.ConvertAll(comparison => comparison.Check));
        return approval == ApprovalPolicy.Close && !comparisons.Exists(comparison => comparison.IsWorse)
            ? (GateDecision.Hold, $"Waits for approval: nowhere worse, but too close to tell. {why}")
            : (GateDecision.Refuse, why);
    }

    private static string Sentence(List<GateCheck> checks) => string.Join(" ", checks.Select(check => check.Reason));
}
