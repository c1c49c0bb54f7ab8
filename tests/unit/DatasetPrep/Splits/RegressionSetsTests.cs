using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.DatasetPrep.Splits;

public sealed class RegressionSetsTests : IDisposable
{
    private const string Regression =
        """{"prompt":"How do I reset the password of my account when I have no access to my old e-mail address?","completion":"Choose the lost password."}""" + "\n"
        + """{"prompt":"question 7","completion":"Seven."}""" + "\n";

    private const string Near = """{"prompt":"how do i reset the password of my account, when I have no access to my old email address","completion":"Something else."}""" + "\n";

    private readonly Sample _sample = new();

    public RegressionSetsTests() => Choose(new Dictionary<string, string>());

    [Fact]
    public void Build_RowsThatAskWhatASetAsks_AreDroppedAndLocated()
    {
        // Named so that the set comes last: it must not lose against an equal row.
        var outcome = _sample.Build(("a.jsonl", Sample.Rows(20) + Near), ("regression/z.jsonl", Regression));

        var stage = outcome.Report.Stages.Single(each => each.Stage == "regression_sets");
        Assert.Equal([("contaminated", 2L), ("regression_set", 2L)], stage.Dropped.Select(entry => (entry.Key, entry.Value)));
        Assert.Equal([("a.jsonl", 8), ("a.jsonl", 21)], outcome.Report.Problems.Select(problem => (problem.File, problem.Line)));
        Assert.Equal("the question of regression/z.jsonl line 2", outcome.Report.Problems[0].Found);
        Assert.StartsWith("almost the question of regression/z.jsonl line 1 (similarity 0.", outcome.Report.Problems[1].Found, StringComparison.Ordinal);
        Assert.Equal(19, outcome.Report.RowsKept);
        var set = Assert.Single(outcome.RegressionSets);
        Assert.Equal(("regression/z.jsonl", 2, "regression-00001.jsonl"), (set.Name, set.Rows, set.Text.Name));
        Assert.Contains("\"line\":2}}", File.ReadAllLines(set.Text.Path)[1], StringComparison.Ordinal);
        Assert.DoesNotContain(BuiltRows.Of(outcome.Train!).Concat(BuiltRows.Of(outcome.Test!)), row => row.Question == "question 7" || row.Answer == "Seven.");
    }

    [Fact]
    public void Build_PolicyReport_KeepsThemAndTells()
    {
        Choose(new Dictionary<string, string> { ["contaminated"] = "report" });

        var report = _sample.Build(("a.jsonl", Sample.Rows(20) + Near), ("regression/z.jsonl", Regression)).Report;

        Assert.Equal((21, 2), (report.RowsKept, report.ProblemCounts["contaminated"]));
    }

    [Fact]
    public void Build_PolicyRefuse_RefusesAllData()
    {
        Choose(new Dictionary<string, string> { ["contaminated"] = "refuse" });

        Assert.Equal("refused_by_policy", _sample.Build(("a.jsonl", Sample.Rows(20)), ("regression/z.jsonl", Regression)).Rejection!.Code);
    }

    public void Dispose() => _sample.Dispose();

    private void Choose(Dictionary<string, string> policies) =>
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { RegressionSets = ["regression/*"], Policies = policies } };
}
