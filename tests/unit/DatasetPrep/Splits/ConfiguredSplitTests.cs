using LoraMesh.Contracts;

namespace LoraMesh.UnitTests.DatasetPrep.Splits;

public sealed class ConfiguredSplitTests : IDisposable
{
    private readonly Sample _sample = new();

    [Theory]
    [InlineData("prompt", null)]
    [InlineData("group", "customer.id")]
    [InlineData("time", "day")]
    public void Split_DataGrowingInAnyOrder_MovesNoRow(string by, string? field)
    {
        Choose(new SplitConfig { By = by, Field = field, TestFrom = by == "time" ? "2026-02-10" : null });
        var random = new Random(3);
        var rows = Enumerable.Range(0, 240).Select(Row).ToArray();

        var sides = new Dictionary<string, bool>();
        foreach (var share in (double[])[0.3, 0.6, 1])
        {
            random.Shuffle(rows);
            var some = rows.Where((_, i) => share == 1 || random.NextDouble() < share).ToList();
            foreach (var (id, isHeldOut) in BuiltRows.Sides(_sample.Build(("b.jsonl", string.Concat(some.Skip(40))), ("a.jsonl", string.Concat(some.Take(40))))))
            {
                Assert.Equal(isHeldOut, sides.GetValueOrDefault(id, isHeldOut));
                sides[id] = isHeldOut;
            }
        }

        Assert.Equal(240, sides.Count);
    }

    [Fact]
    public void Split_ByGroup_LeaksNoGroupAndMeetsTheShare()
    {
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { TestShare = 0.3 } };
        Choose(new SplitConfig { By = "group", Field = "customer.id" });

        var outcome = _sample.Build(string.Concat(Enumerable.Range(0, 2000).Select(Row)));

        var (train, test) = (Customers(outcome.Train!), Customers(outcome.Test!));
        Assert.Empty(train.Intersect(test));
        Assert.Equal(400, train.Count + test.Count);
        // Five standard deviations of a fair draw of 400 groups.
        Assert.InRange(test.Count / 400.0, 0.3 - (5 * Math.Sqrt(0.21 / 400)), 0.3 + (5 * Math.Sqrt(0.21 / 400)));
    }

    [Fact]
    public void Split_ByTime_HoldsOutWhatCameLater()
    {
        Choose(new SplitConfig { By = "time", Field = "day", TestFrom = "2026-02-10" });

        var outcome = _sample.Build(string.Concat(Enumerable.Range(0, 100).Select(Row)));

        Assert.All(BuiltRows.Of(outcome.Train!), row => Assert.True(Day(row.Question) < 10));
        Assert.All(BuiltRows.Of(outcome.Test!), row => Assert.True(Day(row.Question) >= 10));
    }

    [Fact]
    public void Split_ByTimeWithTheSameQuestionLater_TrainsOnNoHeldOutQuestion()
    {
        Choose(new SplitConfig { By = "time", Field = "day", TestFrom = "2026-02-10" });

        var outcome = _sample.Build(string.Concat(Enumerable.Range(0, 40).Select(Row)) + """{"prompt":"row 39 of day 12","completion":"an earlier answer","day":"2026-01-01"}""" + "\n");

        Assert.Equal(("separate", 1L), (outcome.Report.Stages[^1].Stage, outcome.Report.Stages[^1].Dropped["question_in_test"]));
        Assert.DoesNotContain(BuiltRows.Of(outcome.Train!), row => row.Answer == "an earlier answer");
    }

    [Fact]
    public void Split_Stratified_CountsStrataAndTakesTheirOwnShares()
    {
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { TestShare = 0.2 } };
        Choose(new SplitConfig { StratifyBy = "label", Shares = new Dictionary<string, double> { ["rare"] = 0.5 } });

        var strata = _sample.Build(string.Concat(Enumerable.Range(0, 2000).Select(Row))).Report.Strata;

        Assert.Equal([("common", 1600L), ("rare", 400L)], strata.Select(stratum => (stratum.Value, stratum.Train + stratum.Test)));
        // Five standard deviations of a fair draw.
        Assert.InRange(strata[0].Test / 1600.0, 0.2 - (5 * Math.Sqrt(0.16 / 1600)), 0.2 + (5 * Math.Sqrt(0.16 / 1600)));
        Assert.InRange(strata[1].Test / 400.0, 0.5 - (5 * Math.Sqrt(0.25 / 400)), 0.5 + (5 * Math.Sqrt(0.25 / 400)));
    }

    [Fact]
    public void Split_FieldMissingOrNoTime_IsToldOfWithItsPath()
    {
        Choose(new SplitConfig { By = "time", Field = "day", TestFrom = "2026-02-10" });

        var report = _sample.Build(string.Concat(Enumerable.Range(0, 40).Select(Row)) + """{"prompt":"q","completion":"a","day":"tomorrow"}""" + "\n").Report;

        var problem = Assert.Single(report.Problems);
        Assert.Equal(("no_split_field", "$.day", "\"tomorrow\"", 41, ProblemOutcome.Kept), (problem.Kind, problem.Path, problem.Found, problem.Line, problem.Outcome));
        Assert.Equal(41, report.RowsKept);
    }

    [Fact]
    public void Settings_ThatDoNotFit_AreNamedWithTheirKeys()
    {
        Choose(new SplitConfig { By = "group", TestFrom = "soon", Shares = new Dictionary<string, double> { ["x"] = 2 } });

        var error = Assert.Throws<ArgumentException>(() => _sample.Build(Sample.Rows(3)));

        Assert.All((string[])["prep.split.field", "prep.split.test_from", "prep.split.shares needs", "prep.split.shares.x is 2"], key => Assert.Contains(key, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2026-01-31", "2026-01-31T00:00:00Z")]
    [InlineData("2026-01-31T08:15:00+02:00", "2026-01-31T06:15:00Z")]
    [InlineData("2026-01-31T08:15:00.250Z", "2026-01-31T08:15:00.250Z")]
    [InlineData("1769847300", "2026-01-31T08:15:00Z")]
    [InlineData("1769847300000", "2026-01-31T08:15:00Z")]
    [InlineData("31.01.2026", null)]
    [InlineData("2026-02-30", null)]
    [InlineData("99999999999999999999", null)]
    public void RowTime_Text_IsReadAsDocumented(string text, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), LoraMesh.DatasetPrep.Splits.RowTime.Parse(text));

    public void Dispose() => _sample.Dispose();

    // Five rows a customer, one in five rare, days 1 to 27.
    private static string Row(int i) =>
        $$$"""{"prompt":"row {{{i}}} of day {{{i % 27}}}","completion":"answer {{{i}}}","customer":{"id":"c{{{i / 5}}}"},"label":"{{{(i % 5 == 0 ? "rare" : "common")}}}","day":"2026-02-{{{(i % 27) + 0:00}}}"}""".Replace("2026-02-00", "2026-01-31", StringComparison.Ordinal) + "\n";

    private static int Day(string question) => int.Parse(question.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static HashSet<int> Customers(LoraMesh.DatasetPrep.Building.BuiltSplit split) =>
        [.. BuiltRows.Of(split).Select(row => int.Parse(row.Question.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) / 5)];

    private void Choose(SplitConfig split) => _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { Split = split } };
}
