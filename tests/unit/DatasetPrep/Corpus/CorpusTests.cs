using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.UnitTests.DatasetPrep.Corpus;

/// <summary>Every planted fault is told with its place, and no sound row is lost.</summary>
public sealed class CorpusTests
{
    private const string Company = "zz-company.jsonl";

    private static readonly IReadOnlyList<BrokenFile> All =
        [.. JsonFaults.Files(), .. ChatFaults.Files(), .. TextFaults.Files(), .. TableFaults.Files(), .. TokenFaults.Files(), .. FileFaults.Files()];

    // Found in no single file of the corpus: each needs settings or sizes of its own, and has tests of its own.
    private static readonly string[] TestedElsewhere =
    [
        ProblemKind.FileTooLarge, ProblemKind.RowGroupTooLarge, ProblemKind.SurroundingSpace, ProblemKind.WrongLanguage, ProblemKind.LongText, ProblemKind.NoSplitField,
        ProblemKind.Contaminated, ProblemKind.PersonalEmail, ProblemKind.PersonalPhone, ProblemKind.PersonalIban, ProblemKind.PersonalCard, ProblemKind.PersonalIp,
        ProblemKind.PersonalNationalId, ProblemKind.PersonalSecret, ProblemKind.LengthOutlier, ProblemKind.ToxicText,
    ];

    public static TheoryData<string> Names => [.. All.Select(file => file.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void File_WithPlantedFaults_TellsEachAndLosesNoSoundRow(string name)
    {
        var file = All.Single(each => each.Name == name);
        using var folder = new TemporaryFolder();
        var model = TinyModel.Write(folder);
        var config = new ProjectConfig { Prep = new PrepConfig { MinRows = 2, MinGoodShare = 0, TestShare = 0.5, MaxSequenceLength = 1000 } };
        var company = string.Concat(Enumerable.Range(1, 8).Select(number => Row(file, number) + "\n"));
        PrepInput[] inputs =
        [
            PrepInput.FromFile(name, folder.Write("in/" + name, file.Content)) with { LinkTarget = file.LinkTarget },
            PrepInput.FromFile(Company, folder.Write("in/" + Company, System.Text.Encoding.UTF8.GetBytes(company))),
        ];

        var outcome = DatasetBuilder.Build(inputs, model, config, folder.File("out"));

        Assert.Null(outcome.Rejection);
        var told = outcome.Report.Problems;
        Assert.Equal(
            file.Faults.Select(fault => (fault.Line, fault.Kind, fault.Path)).Order(),
            told.Select(problem => (problem.Line, problem.Kind, problem.Path)).Order());
        foreach (var fault in file.Faults)
        {
            var alike = told.Where(each => (each.Line, each.Kind, each.Path) == (fault.Line, fault.Kind, fault.Path)).ToList();
            var problem = alike.Find(each => each.Found.Contains(fault.Found, StringComparison.Ordinal));
            Assert.True(problem is not null, $"{fault} was told as {string.Join("; ", alike)}");
            Assert.Equal(name, problem.File);
            Assert.InRange(problem.Found.Length, 1, 120);
            Assert.NotEmpty(problem.Expected);
            Assert.NotEmpty(problem.Suggestion);
        }

        var mended = told.Where(problem => problem.Outcome is ProblemOutcome.Kept or ProblemOutcome.Repaired && problem.Line > 0).Select(problem => problem.Line);
        var lost = told.Where(problem => problem.Outcome is not (ProblemOutcome.Kept or ProblemOutcome.Repaired)).Select(problem => problem.Line);
        Assert.Empty(file.SoundLines.Except(Lines(outcome, name)));
        Assert.Empty(Lines(outcome, name).Intersect(lost.Except(file.SoundLines)));
        Assert.True(file.HasMore || !Lines(outcome, name).Except(file.SoundLines).Except(mended).Any());
        Assert.Equal(outcome.Report.ProblemCounts.Values.Sum(), file.Faults.Count);
    }

    [Fact]
    public void Corpus_PlantsEveryKind()
    {
        var planted = All.SelectMany(file => file.Faults).Select(fault => fault.Kind).Distinct().ToList();

        Assert.True(planted.Count >= 70, $"{planted.Count} kinds");
        Assert.Equal(TestedElsewhere.Order(StringComparer.Ordinal), KindRules.All.Keys.Except(planted).Order(StringComparer.Ordinal));
    }

    // Preference pairs and rows to learn cannot be in one dataset.
    private static string Row(BrokenFile file, int number) => file.Name == "pairs.jsonl" ? SoundRows.Preference(1000 + number) : SoundRows.Pair(1000 + number);

    private static HashSet<int> Lines(BuildOutcome outcome, string name) => [.. outcome.Train!.Files.Concat(outcome.Test!.Files).Where(file => file.Name.EndsWith(".jsonl", StringComparison.Ordinal))
        .SelectMany(file => File.ReadLines(file.Path)).Select(line =>
        {
            using var row = JsonDocument.Parse(line);
            var source = row.RootElement.GetProperty("source");
            return (File: source.GetProperty("file").GetString(), Line: source.GetProperty("line").GetInt32());
        }).Where(source => source.File == name).Select(source => source.Line)];
}
