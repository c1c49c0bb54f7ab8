using Bunit;
using LoraMesh.Contracts;
using LoraMesh.Control.Dashboard.Charts;
using LoraMesh.Control.Dashboard.Parts;
using LoraMesh.Control.Pipeline;
using LoraMesh.Control.Registry.Rows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LoraMesh.UnitTests.Control.Dashboard;

/// <summary>The pages' parts in each state that they know: nothing read, nothing there, wrong, and full.</summary>
public sealed class PartTests : BunitContext
{
    public PartTests() => Services.AddSingleton<TimeProvider>(new FakeTimeProvider(Sample.Start.AddMinutes(5)));

    [Fact]
    public void Content_ByState_ShowsOneThing()
    {
        Assert.Equal("Reading…", Content(isLoading: true).Find("[role=status]").TextContent);
        Assert.Equal("nothing", Content(isEmpty: true).Find(".note-empty").TextContent);
        Assert.Equal("all of it", Content().Markup.Trim());
        var failed = Content(isLoading: true, problem: "The store is away.");
        Assert.Contains("The store is away.", failed.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(failed.FindAll("[role=status]"));
        var stale = Content(problem: "The store is away.");
        Assert.Contains("all of it", stale.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void LineChart_WithoutFigures_SaysSo()
    {
        var chart = Render<LineChart>(parameters => parameters.Add(part => part.Title, "Loss").Add(part => part.Lines, [new PlotLine("training", [new(1, double.NaN)])]));

        Assert.Contains("No figures yet.", chart.Markup, StringComparison.Ordinal);
        Assert.Empty(chart.FindAll("svg"));
    }

    [Fact]
    public void LineChart_WithFigures_DrawsThem_AndTellsThemInWordsAndATable()
    {
        var points = Enumerable.Range(1, 5000).Select(step => new PlotPoint(step, step == 2500 ? 99 : 1.0 / step)).ToList();

        var chart = Render<LineChart>(parameters => parameters.Add(part => part.Title, "Loss").Add(part => part.Lines, [new PlotLine("training", points)]));

        Assert.Equal("Loss, training: first 1, last 2e-4, lowest 2e-4, highest 99", chart.Find("svg").GetAttribute("aria-label"));
        Assert.InRange(chart.Find("polyline").GetAttribute("points")!.Split(' ').Length, 50, 400);
        Assert.InRange(chart.FindAll("tbody tr").Count, 10, 20);
    }

    [Theory]
    [InlineData(0, 1, 0, 1)]
    [InlineData(0.31, 4.37, 0, 6)]
    [InlineData(-3, 7, -5, 10)]
    [InlineData(1200, 1200, 1000, 1400)]
    public void Scale_HoldsAllValues_BetweenRoundMarks(double low, double high, double from, double to)
    {
        var scale = PlotScale.Of([low, high, double.NaN]);

        Assert.Equal((from, to), (scale.From, scale.To));
        Assert.InRange(scale.Marks.Count, 3, 8);
        Assert.All(scale.Marks, mark => Assert.InRange(scale.Share(mark), -1e-9, 1 + 1e-9));
    }

    [Fact]
    public void Timeline_OfATrainingThatStalled_SaysWhereItStandsAndHowOftenItWasTried()
    {
        var view = View(RunStates.Training) with { Stalled = true, Attempt = 2 };
        JobRow[] jobs =
        [
            new() { JobId = "p", RunId = "r", Stage = "prepare", Attempt = 1, StartedAt = Sample.Start, IssuedAt = Sample.Start, ClosedAt = Sample.Start.AddSeconds(90) },
            new() { JobId = "t", RunId = "r", Stage = "train", Attempt = 2, StartedAt = Sample.Start.AddSeconds(90), IssuedAt = Sample.Start },
        ];

        var stages = Render<StageTimeline>(parameters => parameters.Add(part => part.View, view).Add(part => part.Jobs, jobs)).FindAll("li");

        Assert.Equal(["stage stage-done", "stage stage-stalled", "stage stage-waiting", "stage stage-waiting"], stages.Select(stage => stage.ClassName));
        Assert.Contains("1 min 30 s", stages[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("attempt 2", stages[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_OfAJobThatWaits_SaysForWhat()
    {
        var progress = new RunProgress { Stage = RunStates.Training, Done = 30, Total = 240, SecondsLeft = 95, Loss = 0.5, Waiting = "the disk is full" };

        var part = Render<StageProgress>(parameters => parameters.Add(shown => shown.Progress, progress));

        Assert.Contains("the disk is full", part.Find(".waiting").TextContent, StringComparison.Ordinal);
        Assert.Equal("training: 30 of 240", part.Find("progress").GetAttribute("aria-label"));
        Assert.Empty(Render<StageProgress>(parameters => parameters.Add(shown => shown.Progress, null)).Markup.Trim());
    }

    [Fact]
    public void Evaluation_WithAChampion_StandsSideBySide_AndEscapesWhatModelsSay()
    {
        var report = new EvaluationReport
        {
            Promote = false, Decision = GateDecision.Refuse, Reason = "Not better.", Base = Sample.Figures(0.1), Candidate = Sample.Figures(0.5), Champion = Sample.Figures(0.6), LogitDifference = 1,
            Checks = [new() { Name = "better_than_champion", Passed = false, Reason = "3 won, 9 lost." }],
            Rows = [.. Enumerable.Range(0, 12).Select(row => new EvaluatedRow { Id = $"{row}", Question = "q", Reference = "the red house", Base = "<script>alert(1)</script>", Candidate = "the blue house", Champion = "the red house" })],
        };

        var part = Render<EvaluationPart>(parameters => parameters.Add(shown => shown.Report, report));

        Assert.Equal(["Figure", "Rows", "Base", "Candidate", "Champion"], part.FindAll("thead th").Select(cell => cell.TextContent));
        Assert.Contains("50.0 % ± 9.8", part.Markup, StringComparison.Ordinal);
        Assert.Empty(part.FindAll("script"));
        Assert.Equal("blue", part.FindAll("details.row")[0].QuerySelectorAll("mark")[^1].TextContent);
        Assert.Equal(10, part.FindAll("details.row").Count);
        part.Find("button").Click();
        Assert.Equal(12, part.FindAll("details.row").Count);
    }

    [Fact]
    public void Report_WithManyProblems_ShowsThemBitByBit()
    {
        var report = new DataReport
        {
            RowsRead = 60, RowsKept = 10, Duplicates = 0, ProblemCounts = new Dictionary<string, int> { ["bad_json"] = 50 },
            Problems = [.. Enumerable.Range(1, 50).Select(line => new DataProblem { File = "a.jsonl", Line = line, Path = "", Kind = "bad_json", Found = "{", Expected = "an object", Suggestion = "" })],
        };

        var part = Render<DataReportPart>(parameters => parameters.Add(shown => shown.Report, report));

        Assert.Equal(20, part.FindAll("tbody tr").Count);
        part.Find("button").Click();
        part.Find("button").Click();
        Assert.Equal(50, part.FindAll("tbody tr").Count);
        Assert.Empty(part.FindAll("button"));
    }

    [Fact]
    public void Curves_OfARunThatGoesOnFromACheckpoint_AreMadeAnewFromThere_AndStayBounded()
    {
        var curves = new RunCurves();
        for (var step = 1; step <= 100; step++)
        {
            curves.Add("r", new CurvePoint(step, 1, 1, null, null));
        }

        curves.Add("r", new CurvePoint(51, 2, 1, null, null));
        Assert.Equal(51, curves.Of("r").Count);
        Assert.Equal(2, curves.Of("r")[^1].Loss);
        for (var step = 52; step <= 20_000; step++)
        {
            curves.Add("r", new CurvePoint(step, 1, 1, null, null));
        }

        Assert.InRange(curves.Of("r").Count, RunCurves.MaxPoints / 2, RunCurves.MaxPoints);
        Assert.Equal(20_000, curves.Of("r")[^1].Step);
        Assert.Equal(curves.Of("r").OrderBy(point => point.Step), curves.Of("r"));
        curves.Forget("r");
        Assert.Empty(curves.Of("r"));
    }

    private IRenderedComponent<Content> Content(bool isLoading = false, bool isEmpty = false, string? problem = null) => Render<Content>(parameters => parameters
        .Add(part => part.IsLoading, isLoading).Add(part => part.IsEmpty, isEmpty).Add(part => part.Problem, problem).Add(part => part.Empty, "nothing").AddChildContent("all of it"));

    private static RunView View(string state) => new() { Run = "r", Project = "p", State = state, CreatedAt = Sample.Start, UpdatedAt = Sample.Start, Seconds = 1, Attempt = 1, Stalled = false, Inputs = [] };
}
