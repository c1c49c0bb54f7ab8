using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class VerdictTests : IDisposable
{
    private readonly Sample _sample = new();

    [Fact]
    public void Verdict_TooFewRows_NamesTheMostFrequentProblemAndItsFirstPlace()
    {
        _sample.Config = new ProjectConfig { Prep = new PrepConfig { MinRows = 20, MinGoodShare = 0 } };

        var outcome = _sample.Build(("faq.jsonl", "\n{}\n" + Sample.Rows(3) + """{"prompt":"a"}""" + "\n" + """{"prompt":"b"}""" + "\n" + Sample.Rows(1)));

        Assert.Equal("too_few_rows", outcome.Rejection!.Code);
        Assert.Equal(
            "3 of 7 rows are usable (1 more are duplicates), at least 20 are needed (prep.min_rows). Most frequent problem: missing_field, 2 times, first in faq.jsonl line 6, $.completion: found fields prompt; expected a field \"completion\". Add \"completion\" to the row, or correct its spelling.",
            outcome.Rejection.Reason);
        Assert.Null(outcome.Train);
        Assert.Equal(["rejected.jsonl", "report.html", "report.json"], Directory.GetFiles(Path.GetDirectoryName(outcome.ReportFile.Path)!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Verdict_OnlyAnotherFormat_SaysSo()
    {
        var outcome = _sample.Build(("table.csv", "a,b\n"));

        Assert.Equal("too_few_rows", outcome.Rejection!.Code);
        Assert.Contains("first in table.csv line 1: found columns a, b", outcome.Rejection.Reason, StringComparison.Ordinal);
        Assert.Null(outcome.RejectedRows);
    }

    [Theory]
    [InlineData(20, 20, null)]
    [InlineData(20, 21, "too_few_good_rows")]
    public void Verdict_ShareOfGoodRows_IsKeptTo(int good, int bad, string? code)
    {
        var outcome = _sample.Build(Sample.Rows(good) + string.Concat(Enumerable.Repeat("{}\n", bad)));

        Assert.Equal(code, outcome.Rejection?.Code);
    }

    [Fact]
    public void Verdict_DuplicatesCountAsGood()
    {
        var outcome = _sample.Build(Sample.Rows(20) + Sample.Rows(10) + string.Concat(Enumerable.Repeat("{}\n", 30)));

        Assert.Null(outcome.Rejection);
    }

    [Fact]
    public void Verdict_OnePromptOnly_HasNothingOnOneSide()
    {
        var rows = string.Concat(Enumerable.Range(0, 20).Select(i => $$"""{"prompt":"always the same","completion":"{{i}}"}""" + "\n"));

        var outcome = _sample.Build(rows);

        Assert.Contains(outcome.Rejection!.Code, (string[])["no_test_rows", "no_train_rows"]);
        Assert.Contains("of 20 rows", outcome.Rejection.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, null)]
    [InlineData(31, "too_many_rows")]
    public void Verdict_MaxRows_IsKeptTo(int rows, string? code)
    {
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { MaxRows = 30 } };

        var outcome = _sample.Build(Sample.Rows(30) + Sample.Rows(10) + Sample.Rows(rows - 30, 30));

        Assert.Equal(code, outcome.Rejection?.Code);
    }

    public void Dispose() => _sample.Dispose();
}
