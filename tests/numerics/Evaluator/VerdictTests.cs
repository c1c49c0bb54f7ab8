using LoraMesh.Contracts;
using LoraMesh.Evaluator.Contest;
using LoraMesh.Evaluator.Verdict;

namespace LoraMesh.NumericsTests.Evaluator;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(1, 0, 0.5)]
    [InlineData(5, 0, 0.03125)]
    [InlineData(8, 2, 0.0546875)] // (45 + 10 + 1) / 1024
    [InlineData(2, 8, 0.9892578125)]
    public void SignTest_SmallCounts_EqualTheBinomialTail(int gains, int losses, double expected) =>
        Assert.Equal(expected, SignTest.PValue(gains, losses), 1e-12);

    [Fact]
    public void Decide_CandidateAnswersMore_Promotes()
    {
        var (promote, reason) = Decide(candidateRight: 9, otherRight: 1, rows: 12);

        Assert.True(promote, reason);
        Assert.Contains("8 only the candidate", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_DifferenceByChance_Refuses()
    {
        var (promote, reason) = Decide(candidateRight: 6, otherRight: 5, rows: 12);

        Assert.False(promote, reason);
        Assert.StartsWith("Not shown to be better than base", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_SameAnswersLowerLoss_PromotesByLoss()
    {
        var (promote, reason) = Decide(candidateRight: 0, otherRight: 0, rows: 12, candidateLoss: 1, otherLoss: 2);

        Assert.True(promote, reason);
        Assert.Contains("50.0 % lower", reason.Replace("50.0%", "50.0 %", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_SameAnswersHigherLoss_Refuses() =>
        Assert.False(Decide(candidateRight: 3, otherRight: 3, rows: 12, candidateLoss: 2, otherLoss: 1).Promote);

    [Fact]
    public void Decide_BelowMinimum_Refuses()
    {
        var (promote, reason) = Decide(candidateRight: 9, otherRight: 0, rows: 12, config: new EvaluationConfig { MinExactMatch = 0.9 });

        Assert.False(promote);
        Assert.Contains("min_exact_match", reason, StringComparison.Ordinal);
    }

    private static (bool Promote, string Reason) Decide(
        int candidateRight, int otherRight, int rows, double candidateLoss = 1, double otherLoss = 1, EvaluationConfig? config = null)
    {
        var asked = Enumerable.Range(0, rows).Select(row => new HeldOutRow($"{row}", "q", "yes", [1], 4)).ToList();
        var candidate = Make("candidate", candidateRight, candidateLoss);
        var other = Make("base", otherRight, otherLoss);
        return Gate.Decide(asked, candidate, candidate.Figures(asked, 100), [other], config ?? new EvaluationConfig());

        Contestant Make(string name, int right, double loss)
        {
            var contestant = new Contestant(name, adapter: null, rows, rows);
            for (var row = 0; row < rows; row++)
            {
                contestant.Answers[row] = row < right ? " yes\n" : "no";
                contestant.Losses[row] = loss;
            }

            return contestant;
        }
    }
}
