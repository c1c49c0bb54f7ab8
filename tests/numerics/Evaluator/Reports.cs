using LoraMesh.Contracts;

namespace LoraMesh.NumericsTests.Evaluator;

/// <summary>Measurements as an evaluation would give them, without a model.</summary>
internal static class Reports
{
    /// <summary>A report of answers and losses; figures follow from them.</summary>
    public static EvaluationReport Of(IReadOnlyList<EvaluatedRow> rows, double[] baseLosses, double[] candidateLosses, double[]? championLosses = null)
    {
        return new EvaluationReport
        {
            Promote = false,
            Reason = "",
            Base = Figures(row => row.Base, baseLosses),
            Candidate = Figures(row => row.Candidate, candidateLosses),
            Champion = championLosses is null ? null : Figures(row => row.Champion!, championLosses),
            LogitDifference = 1,
            SupervisedTokens = 10L * baseLosses.Length,
            Losses = new RowLosses { Base = baseLosses, Candidate = candidateLosses, Champion = championLosses },
            Rows = rows,
        };

        Figures Figures(Func<EvaluatedRow, string> answer, double[] losses)
        {
            var heldOut = rows.Where(row => row.Set is null).ToList();
            return new Figures { Loss = losses.Sum() / (10 * losses.Length), ExactMatch = (double)heldOut.Count(row => answer(row).Trim() == row.Reference) / heldOut.Count, ExactMatchStderr = 0.05, Rows = heldOut.Count };
        }
    }

    /// <summary>Rows of which each contender answers the first few rightly.</summary>
    public static EvaluationReport Counted(int rows, int candidateRight, int baseRight, int? championRight = null, double candidateLoss = 1, double otherLoss = 1) => Of(
        [
            .. Enumerable.Range(0, rows).Select(row => new EvaluatedRow
            {
                Id = $"{row}",
                Question = $"question {row}",
                Reference = "yes",
                Candidate = row < candidateRight ? " yes\n" : "no",
                Base = row < baseRight ? " yes\n" : "no",
                Champion = championRight is null ? null : row < championRight ? " yes\n" : "no",
            }),
        ],
        Same(rows, otherLoss),
        Same(rows, candidateLoss),
        championRight is null ? null : Same(rows, otherLoss));

    /// <summary>The same report with a regression set.</summary>
    public static EvaluationReport WithSet(EvaluationReport report, string name, int rows, int candidateRight, int baseRight) => report with
    {
        Rows = [.. report.Rows, .. Counted(rows, candidateRight, baseRight).Rows.Select(row => row with { Set = name, Id = $"{name}-{row.Id}" })],
    };

    private static double[] Same(int rows, double value) => [.. Enumerable.Repeat(value, rows)];
}
