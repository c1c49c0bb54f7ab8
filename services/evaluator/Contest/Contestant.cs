using LoraMesh.Contracts;
using LoraMesh.Evaluator.Verdict;
using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>The base model alone or under one adapter, and what was measured of it, row by row.</summary>
internal sealed class Contestant(string name, LoraAdapter? adapter, int rows, int answered)
{
    /// <summary><c>base</c>, <c>candidate</c> or <c>champion</c>.</summary>
    internal string Name { get; } = name;

    internal LoraAdapter? Adapter { get; } = adapter;

    /// <summary>Sum of losses of each held-out row, in nats; no number where there is none yet.</summary>
    internal double[] Losses { get; } = [.. Enumerable.Repeat(double.NaN, rows)];

    /// <summary>Greedy answers of the rows that are asked; null where there is none yet.</summary>
    internal string?[] Answers { get; } = new string?[answered];

    /// <summary>Whether the loss of a held-out row is known.</summary>
    internal bool IsMeasured(int row) => !double.IsNaN(Losses[row]);

    /// <summary>Loss and exact match over the held-out rows.</summary>
    internal Figures Figures(IReadOnlyList<HeldOutRow> asked, long supervisedTokens, AnswerScoring scoring)
    {
        var heldOut = asked.Count(row => row.Set is null);
        var right = asked.Select((row, index) => (row, index)).Count(entry => entry.row.Set is null && scoring.Score(AnswerMetricNames.ExactMatch, Answers[entry.index]!, entry.row.Reference) > 0);
        var share = heldOut > 0 ? (double)right / heldOut : 0;
        return new Figures
        {
            Loss = Losses.Sum() / supervisedTokens,
            ExactMatch = share,
            // Sample deviation over the root of n, as lm-evaluation-harness takes it.
            ExactMatchStderr = heldOut > 1 ? Math.Sqrt(share * (1 - share) / (heldOut - 1)) : 0,
            Rows = heldOut,
        };
    }
}
