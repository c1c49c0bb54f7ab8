using LoraMesh.Contracts;

namespace LoraMesh.Evaluator.Verdict;

/// <summary>The rows that the candidate answers most better and most worse than the champion or, without one, the base.</summary>
internal static class RowChanges
{
    private const int Shown = 10;

    internal static (IReadOnlyList<RowChange> Worst, IReadOnlyList<RowChange> Best) Of(ScoreSheet sheet, GateConfig gate)
    {
        var other = sheet.Others[^1];
        List<(RowChange Change, double LossChange)> changes = [.. sheet.Sets.SelectMany(set => Changes(sheet, set, other, gate.Metric))];
        return (
            [.. changes.Where(entry => entry.Change.Change < 0).OrderBy(entry => entry.Change.Change).ThenBy(entry => entry.LossChange).Take(Shown).Select(entry => entry.Change)],
            [.. changes.Where(entry => entry.Change.Change > 0).OrderByDescending(entry => entry.Change.Change).ThenByDescending(entry => entry.LossChange).Take(Shown).Select(entry => entry.Change)]);
    }

    private static IEnumerable<(RowChange Change, double LossChange)> Changes(ScoreSheet sheet, RowSet set, Contender other, string metric)
    {
        var hasLosses = set.Name is null && sheet.LossesAreOfRows;
        var byLoss = metric == AnswerMetricNames.Loss && hasLosses;
        var answers = metric == AnswerMetricNames.Loss ? AnswerMetricNames.ExactMatch : metric;
        var (own, theirs) = byLoss ? ([], []) : (sheet.Scores(sheet.Candidate, set, answers), sheet.Scores(other, set, answers));
        for (var i = 0; i < set.Rows.Count; i++)
        {
            var row = set.Rows[i];
            var lossChange = hasLosses ? other.Losses![i] - sheet.Candidate.Losses![i] : 0;
            yield return (
                new RowChange
                {
                    Id = row.Id,
                    Set = row.Set,
                    Against = other.Name,
                    Change = byLoss ? lossChange : own[i] - theirs[i],
                    Question = row.Question,
                    Reference = row.Reference,
                    Candidate = row.Candidate,
                    Other = other.Answer(row),
                },
                lossChange);
        }
    }
}
