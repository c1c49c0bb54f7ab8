using LoraMesh.Contracts;
using LoraMesh.Model;

namespace LoraMesh.Evaluator.Contest;

/// <summary>The base model alone or under one adapter, and what was measured of it, row by row.</summary>
internal sealed class Contestant(string name, LoraAdapter? adapter, int rows, int answered)
{
    /// <summary><c>base</c>, <c>candidate</c> or <c>champion</c>.</summary>
    internal string Name { get; } = name;

    internal LoraAdapter? Adapter { get; } = adapter;

    /// <summary>Sum of losses of each held-out row, in nats.</summary>
    internal double[] Losses { get; } = new double[rows];

    /// <summary>Greedy answers of the rows that were asked.</summary>
    internal string[] Answers { get; } = new string[answered];

    /// <summary>Whether an answer equals its reference, surrounding white space aside.</summary>
    internal bool IsRight(int row, string reference) => string.Equals(Answers[row].Trim(), reference.Trim(), StringComparison.Ordinal);

    internal Figures Figures(IReadOnlyList<HeldOutRow> asked, long supervisedTokens)
    {
        var right = asked.Where((row, index) => IsRight(index, row.Reference)).Count();
        var share = (double)right / asked.Count;
        return new Figures
        {
            Loss = Losses.Sum() / supervisedTokens,
            ExactMatch = share,
            // Sample deviation over the root of n, as lm-evaluation-harness takes it.
            ExactMatchStderr = asked.Count > 1 ? Math.Sqrt(share * (1 - share) / (asked.Count - 1)) : 0,
            Rows = asked.Count,
        };
    }
}
