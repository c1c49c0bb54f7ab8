using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Cleaning.NearDuplicates;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.UnitTests.DatasetPrep.Cleaning;

public sealed class NearDuplicatesTests(Xunit.Abstractions.ITestOutputHelper output) : IDisposable
{
    private static readonly NearDuplicateConfig Defaults = new();

    private readonly Sample _sample = new();

    [Fact]
    public void Pairs_LabelledSet_KeepPrecisionAndRecall()
    {
        var banding = new Banding(Defaults.Threshold);
        var (found, right, same, wrong) = (0, 0, 0, new List<string>());
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "unit", "DatasetPrep", "Cleaning", "near-duplicates", "pairs.jsonl")))
        {
            using var pair = JsonDocument.Parse(line);
            var (a, b) = (Signature(pair.RootElement.GetProperty("a")), Signature(pair.RootElement.GetProperty("b")));
            var isSame = pair.RootElement.GetProperty("same").GetBoolean();
            var isFound = Enumerable.Range(0, banding.Count).Any(band => banding.Key(a, band) == banding.Key(b, band)) && a.Similarity(b) >= Defaults.Threshold;
            (found, right, same) = (found + (isFound ? 1 : 0), right + (isFound && isSame ? 1 : 0), same + (isSame ? 1 : 0));
            if (isFound != isSame)
            {
                wrong.Add($"{pair.RootElement.GetProperty("edit")} {a.Similarity(b):0.00}");
            }
        }

        output.WriteLine($"{same} pairs alike, {found} found, {right} of them right. {string.Join(", ", wrong)}");
        Assert.True(same >= 150);
        Assert.True(right >= 0.95 * found, $"precision {right}/{found}: {string.Join(", ", wrong)}");
        Assert.True(right >= 0.90 * same, $"recall {right}/{same}: {string.Join(", ", wrong)}");
    }

    [Fact]
    public void Similarity_OfSignatures_EstimatesTheJaccardSimilarityOfRuns()
    {
        var random = new Random(5);
        string Text(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => new string((char)('a' + random.Next(26)), 3) + (char)('a' + random.Next(26))));
        static HashSet<string> Runs(string text) => [.. Enumerable.Range(0, text.Length - 4).Select(i => text.Substring(i, 5))];
        var errors = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            var shared = Text(40);
            var (a, b) = (shared + Text(random.Next(40)), shared + Text(random.Next(40)));
            uint[] first = new uint[128], second = new uint[128];
            MinHash.Sign(a, first);
            MinHash.Sign(b, second);
            errors.Add(MinHash.Similarity(first, second) - ((double)Runs(a).Intersect(Runs(b)).Count() / Runs(a).Union(Runs(b)).Count()));
        }

        // 128 places: a standard deviation of at most 0.044 each, 0.0044 for the mean of a hundred.
        Assert.InRange(errors.Average(), -0.02, 0.02);
        Assert.All(errors, error => Assert.InRange(error, -0.2, 0.2));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.7)]
    [InlineData(0.85)]
    [InlineData(0.95)]
    [InlineData(1)]
    public void Banding_AtTheThreshold_MissesOneInAHundredAtMost(double threshold) => Assert.InRange(new Banding(threshold).Recall(threshold), 0.99, 1);

    [Fact]
    public void Build_AlmostTheSameInTwoDrops_KeepsOneWhateverTheOrder()
    {
        var (one, other) = (Long("the printer on the second floor"), Long("the Printer,  on the second floor!"));

        var first = _sample.Build(("a.jsonl", Sample.Rows(20) + one), ("b.jsonl", other));
        var second = _sample.Build(("a.jsonl", other + Sample.Rows(20)), ("b.jsonl", one));

        Assert.Equal(21, first.Report.RowsKept);
        Assert.Equal(1, first.Report.Stages.Single(stage => stage.Stage == "near_duplicates").Dropped["near_duplicate"]);
        Assert.Equal(BuiltRows.Sides(first).OrderBy(row => row.Key), BuiltRows.Sides(second).OrderBy(row => row.Key));
        var pair = Assert.Single(first.Report.NearDuplicates);
        Assert.Equal([("a.jsonl", 21), ("b.jsonl", 1)], ((RowOrigin[])[pair.Row, pair.Other]).Select(row => (row.File, row.Line)).Order());
        Assert.Equal(1, pair.Similarity);
    }

    [Theory]
    [InlineData("separate")]
    [InlineData("report")]
    [InlineData("off")]
    public void Build_OtherPolicies_KeepWhatTheySay(string policy)
    {
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { NearDuplicates = new NearDuplicateConfig { Policy = policy } } };
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => Long($"place {i}") + Long($"PLACE {i}") + Long($"Place: {i}.")));

        var outcome = _sample.Build(rows);

        var (train, test) = (Places(outcome.Train!), Places(outcome.Test!));
        if (policy == "separate")
        {
            Assert.Empty(train.Intersect(test));
            Assert.Equal(40, train.Union(test).Count());
            Assert.Equal(120 - outcome.Report.RowsKept, outcome.Report.Stages[^1].Dropped["near_duplicate_of_test"]);
        }
        else
        {
            Assert.Equal(120, outcome.Report.RowsKept);
            Assert.NotEmpty(train.Intersect(test));
            Assert.Equal(policy == "off" ? 0 : 20, outcome.Report.NearDuplicates.Count);
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1000)]
    public void Pass_InSlicesOfAnySize_DropsTheSameRows(int rowsPerSlice)
    {
        var all = Dropped(Enumerable.Range(0, 200).Select(i => $"{i % 90} of the rows with {(i % 2 == 0 ? "THIS" : "this")} text and some more of it, number"), 1_000_000);

        Assert.Equal(110, all.Count);
        Assert.Equal(all, Dropped(Enumerable.Range(0, 200).Select(i => $"{i % 90} of the rows with {(i % 2 == 0 ? "THIS" : "this")} text and some more of it, number"), rowsPerSlice));
    }

    [Theory]
    [InlineData("tickets.jsonl", 0.02)]
    [InlineData("intents.jsonl", 0.02)]
    public void Build_SampleRows_LosesFew(string sample, double most)
    {
        var rows = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", sample));

        var report = _sample.Build(rows).Report;

        var dropped = report.Stages.Single(stage => stage.Stage == "near_duplicates").Dropped.GetValueOrDefault("near_duplicate");
        output.WriteLine($"{sample}: {dropped} of {report.RowsRead} rows. {string.Join(", ", report.NearDuplicates.Select(pair => $"{pair.Row.Line}={pair.Other.Line} {pair.Similarity}"))}");
        Assert.InRange(dropped, 0, most * report.RowsRead);
    }

    public void Dispose() => _sample.Dispose();

    private static string Long(string place) =>
        JsonSerializer.Serialize(new { prompt = $"Somebody wrote that {place} makes a strange noise whenever the door is closed", completion = "Please look after it and tell us what you found." }) + "\n";

    private static HashSet<string> Places(BuiltSplit split) =>
        [.. BuiltRows.Of(split).Select(row => string.Concat(row.Question.Where(char.IsDigit)))];

    private static List<int> Dropped(IEnumerable<string> texts, long rowsPerSlice)
    {
        using var folder = new TemporaryFolder();
        using var rows = new RowStore(folder.Path, ["a"]);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        foreach (var text in texts)
        {
            writer.ResetWrittenCount();
            RowRecord.Write(writer, new CanonicalRow(new RowContent { Kind = RowKind.Text, Text = text }), 0, 1, []);
            rows.Append(writer.WrittenSpan, RowKind.Text);
        }

        var marks = new RowMarks(rows.Count);
        new ExactDuplicates().Run(rows, marks, CancellationToken.None);
        new NearDuplicates(folder.Path, Defaults, rowsPerSlice).Run(rows, marks, CancellationToken.None);
        return [.. Enumerable.Range(0, (int)rows.Count).Where(row => !marks.IsKept(row))];
    }

    private static RowSignature Signature(JsonElement row)
    {
        var content = row.TryGetProperty("text", out var text)
            ? new RowContent { Kind = RowKind.Text, Text = text.GetString()! }
            : new RowContent { Kind = RowKind.Conversation, Turns = [.. row.GetProperty("messages").EnumerateArray().Select(message => new Turn { Role = message.GetProperty("role").GetString()!, Content = message.GetProperty("content").GetString()! })] };
        return RowSignature.Of(ComparedText.Of(new StoredRow { Kind = content.Kind, Body = new CanonicalRow(content).Body.ToArray() })!.Value);
    }
}
