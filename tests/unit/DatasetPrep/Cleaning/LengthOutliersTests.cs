using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;

namespace LoraMesh.UnitTests.DatasetPrep.Cleaning;

public sealed class LengthOutliersTests : IDisposable
{
    private readonly Sample _sample = new();

    public LengthOutliersTests() => Choose(new Dictionary<string, string>());

    [Fact]
    public void Build_OneRowFarLongerThanTheOthers_TellsItWithLinesAndLengths()
    {
        var outcome = _sample.Build(Sample.Rows(150) + Long + Sample.Rows(10, 200));

        var problem = Assert.Single(outcome.Report.Problems);
        Assert.Equal(("length_outlier", 151, ProblemOutcome.Kept), (problem.Kind, problem.Line, problem.Outcome));
        Assert.Matches("^[0-9,]+ tokens$", problem.Found);
        var fences = outcome.Report.LengthFences!;
        Assert.InRange(fences.Median, fences.Shortest, fences.Longest);
        Assert.Equal(161, outcome.Report.RowsKept);
    }

    [Fact]
    public void Build_PolicyDrop_LeavesItOutAndCountsTheReason()
    {
        Choose(new Dictionary<string, string> { ["length_outlier"] = "drop" });

        var report = _sample.Build(Sample.Rows(150) + Long).Report;

        Assert.Equal(150, report.RowsKept);
        Assert.Equal([("length_outlier", 1L)], report.Stages.Single(stage => stage.Stage == "length_outliers").Dropped.Select(entry => (entry.Key, entry.Value)));
    }

    [Fact]
    public void Build_LengthsThatSpread_AreNoOutliers()
    {
        var rows = string.Concat(Enumerable.Range(1, 150).Select(i => $$"""{"prompt":"question {{i}}","completion":"{{new string('x', i)}} {{i}}"}""" + "\n"));
        Choose(new Dictionary<string, string> { ["repetitive_text"] = "ignore" });

        Assert.Empty(_sample.Build(rows).Report.Problems);
    }

    [Fact]
    public void Build_FewRows_HasNoFences() => Assert.Null(_sample.Build(Sample.Rows(50) + Long).Report.LengthFences);

    public void Dispose() => _sample.Dispose();

    private static string Long => $$"""{"prompt":"a long one","completion":"{{string.Join(' ', Enumerable.Range(0, 120).Select(i => $"w{i}"))}}"}""" + "\n";

    private void Choose(Dictionary<string, string> policies) =>
        _sample.Config = new ProjectConfig { Prep = new PrepConfig { MinRows = 2, TestShare = 0.5, MaxSequenceLength = 1000, Policies = policies, NearDuplicates = new NearDuplicateConfig { Policy = NearDuplicatePolicy.Off } } };
}
