using LoraMesh.Contracts;
using LoraMesh.Evaluator.Verdict;
using LoraMesh.Metrics;

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
    public void Judge_CandidateAnswersMore_Promotes()
    {
        var report = Judge(Reports.Counted(12, candidateRight: 9, baseRight: 1));

        Assert.True(report.Promote, report.Reason);
        Assert.Equal(GateDecision.Promote, report.Decision);
        Assert.Contains("8 only the candidate", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_DifferenceByChance_Refuses()
    {
        var report = Judge(Reports.Counted(12, candidateRight: 6, baseRight: 5));

        Assert.Equal(GateDecision.Refuse, report.Decision);
        Assert.StartsWith("Not shown to be better than base", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_SameAnswersLowerLoss_PromotesByLoss()
    {
        var report = Judge(Reports.Counted(12, candidateRight: 0, baseRight: 0, candidateLoss: 1, otherLoss: 2));

        Assert.True(report.Promote, report.Reason);
        Assert.Contains("50.0 % lower", report.Reason.Replace("50.0%", "50.0 %", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_SameAnswersHigherLoss_Refuses() =>
        Assert.False(Judge(Reports.Counted(12, candidateRight: 3, baseRight: 3, candidateLoss: 2, otherLoss: 1)).Promote);

    [Fact]
    public void Judge_BetterThanBaseNotThanChampion_RefusesForTheChampion()
    {
        var report = Judge(Reports.Counted(40, candidateRight: 30, baseRight: 2, championRight: 30));

        Assert.False(report.Promote);
        Assert.Contains("than champion", report.Reason, StringComparison.Ordinal);
        Assert.Equal([("better_than_base", true), ("better_than_champion", false)], report.Checks.Select(check => (check.Name, check.Passed)));
    }

    [Theory]
    [InlineData(0.02, GateDecision.Refuse)]
    [InlineData(0.25, GateDecision.Promote)]
    public void Judge_RegressionSetWorse_RefusesBeyondItsMargin(double margin, string expected)
    {
        var measured = Reports.WithSet(Reports.Counted(40, candidateRight: 39, baseRight: 2), "general.jsonl", rows: 20, candidateRight: 12, baseRight: 16);

        var report = Judge(measured, Config(new GateConfig { RegressionMargins = new Dictionary<string, double> { ["general.jsonl"] = margin } }));

        Assert.Equal(expected, report.Decision);
        Assert.Contains(report.Checks, check => check.Name == "regression_set" && check.Reason.Contains("0.6000 against 0.8000 of base", StringComparison.Ordinal));
        Assert.Equal([null, "general.jsonl"], report.Metrics.Select(metric => metric.Set));
    }

    [Fact]
    public void Judge_OneClassMuchWorse_RefusesAndNamesIt()
    {
        var rows = Enumerable.Range(0, 60).Select(row => Row(row, team: row < 15 ? "billing" : "network", candidateRight: row >= 15, baseRight: row < 15)).ToList();
        var measured = Reports.Of(rows, Ones(60), Ones(60));

        var refused = Judge(measured, Config(new GateConfig { Classes = new ClassGateConfig { Field = "team" } }));
        var allowed = Judge(measured, Config(new GateConfig { Classes = new ClassGateConfig { Field = "team", MaxDrop = 1 } }));

        Assert.Equal((GateDecision.Refuse, GateDecision.Promote), (refused.Decision, allowed.Decision));
        Assert.Contains("of class 'billing' exact_match over 15 rows is 0.0000 against 1.0000 of base", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_LimitsBroken_NamesEachOne()
    {
        var config = Config(new GateConfig
        {
            Minimums = new Dictionary<string, double> { ["json_valid"] = 0.9 },
            Maximums = new Dictionary<string, double> { ["loss"] = 0.05 },
            MaxAdapterBytes = 10,
            MaxSlowdown = 1.5,
        }) with
        { MinExactMatch = 0.99 };
        var measured = Reports.Counted(40, candidateRight: 39, baseRight: 2) with { AdapterBytes = 11, Slowdown = 2 };

        var report = Judge(measured, config);

        Assert.Equal(["min_exact_match", "minimum", "maximum", "adapter_bytes", "slowdown"], report.Checks.Where(check => !check.Passed).Select(check => check.Name));
        Assert.Contains("min_exact_match asks for", report.Reason, StringComparison.Ordinal);
        Assert.Contains("json_valid is 0, gate.minimums asks for 0.9 or more", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_ApprovalAlways_HoldsWhatPasses() =>
        Assert.Equal(GateDecision.Hold, Judge(Reports.Counted(12, candidateRight: 9, baseRight: 1), Config(new GateConfig { Approval = ApprovalPolicy.Always })).Decision);

    [Theory]
    [InlineData(6, GateDecision.Hold)] // nowhere worse
    [InlineData(4, GateDecision.Refuse)]
    public void Judge_ApprovalClose_HoldsWhatIsNowhereWorse(int candidateRight, string expected) =>
        Assert.Equal(expected, Judge(Reports.Counted(12, candidateRight, baseRight: 5), Config(new GateConfig { Approval = ApprovalPolicy.Close })).Decision);

    [Fact]
    public void Judge_MinGain_AsksForMoreThanAnything()
    {
        var measured = Reports.Counted(200, candidateRight: 120, baseRight: 100);

        Assert.True(Judge(measured, Config(new GateConfig { MinGain = 0.02 })).Promote);
        Assert.False(Judge(measured, Config(new GateConfig { MinGain = 0.09 })).Promote);
    }

    [Fact]
    public void Judge_Changes_AreTheRowsThatDifferMostAsText()
    {
        var rows = Enumerable.Range(0, 40).Select(row => Row(row, "network", candidateRight: row % 10 != 0, baseRight: row % 10 == 0)).ToList();

        var report = Judge(Reports.Of(rows, [.. Enumerable.Range(0, 40).Select(row => 40.0 - row)], Ones(40)));

        Assert.Equal(["30", "20", "10", "0"], report.WorstRegressions.Select(change => change.Id));
        Assert.Equal(10, report.BestGains.Count);
        Assert.Equal(("1", "question 1", "base", 1.0), (report.BestGains[0].Id, report.BestGains[0].Question, report.BestGains[0].Against, report.BestGains[0].Change));
        Assert.Equal(("wrong", "{\"team\": \"network\"}"), (report.WorstRegressions[0].Candidate, report.WorstRegressions[0].Other));
    }

    [Fact]
    public void Judge_FilterAndMatchRules_DecideWhatCounts()
    {
        var rows = Enumerable.Range(0, 20).Select(row => new EvaluatedRow { Id = $"{row}", Question = "q", Reference = "Blue.", Base = "red", Candidate = "I think: #### BLUE" }).ToList();
        var config = new EvaluationConfig { Filter = new AnswerFilterConfig { RegexPattern = "#### (.*)" }, Match = new MatchConfig { IgnoreCase = true, IgnorePunctuation = true } };

        Assert.True(Judge(Reports.Of(rows, Ones(20), Ones(20)), config).Promote);
        Assert.False(Judge(Reports.Of(rows, Ones(20), Ones(20))).Promote);
    }

    [Fact]
    public void Judge_FigureOfOtherReferences_SaysSo() =>
        Assert.Contains("is to be a number, but is 'yes'", Assert.Throws<MetricException>(() => Judge(Reports.Counted(4, 1, 1), new EvaluationConfig { Metrics = ["numeric_match"] })).Message, StringComparison.Ordinal);

    [Fact]
    public void Judge_AgainWithItsOwnSettings_SaysTheSame()
    {
        var once = Judge(Reports.Counted(40, candidateRight: 30, baseRight: 2, championRight: 29, candidateLoss: 0.9));

        Assert.Equivalent(once, Judge(once), strict: true);
    }

    private static EvaluationReport Judge(EvaluationReport measured, EvaluationConfig? config = null) => Gate.Judge(measured, config ?? new EvaluationConfig());

    private static EvaluationConfig Config(GateConfig gate) => new() { Gate = gate };

    private static double[] Ones(int rows) => [.. Enumerable.Repeat(1.0, rows)];

    private static EvaluatedRow Row(int row, string team, bool candidateRight, bool baseRight)
    {
        var reference = $"{{\"team\": \"{team}\"}}";
        return new EvaluatedRow { Id = $"{row}", Question = $"question {row}", Reference = reference, Candidate = candidateRight ? reference : "wrong", Base = baseRight ? reference : "wrong" };
    }
}
