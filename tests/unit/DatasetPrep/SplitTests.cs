using System.Text.Json;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Splits;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class SplitTests : IDisposable
{
    private readonly Sample _sample = new();

    [Fact]
    public void Split_DataGrowing_MovesNoRow()
    {
        var before = Sides(_sample.Build(("b.jsonl", Sample.Rows(60))));

        var after = Sides(_sample.Build(("a.jsonl", Sample.Rows(200, 1000)), ("b.jsonl", Sample.Rows(80))));

        Assert.Equal(60, before.Count);
        Assert.Equal(280, after.Count);
        Assert.All(before, row => Assert.Equal(row.Value, after[row.Key]));
    }

    [Fact]
    public void Split_SamePrompt_IsNeverOnBothSides()
    {
        var rows = string.Concat(Enumerable.Range(0, 300).Select(i => $$"""{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q{{i % 30}}"},{"role":"assistant","content":"{{i}}"}]}""" + "\n"));

        var outcome = _sample.Build(rows);

        var train = Prompts(outcome.Train!);
        var test = Prompts(outcome.Test!);
        Assert.Equal(30, train.Count + test.Count);
        Assert.Empty(train.Intersect(test));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Split_ManyRows_HoldsOutTheShare(double share)
    {
        var scan = RowScan.Of("a.jsonl", Sample.Rows(20_000));

        var held = scan.Good.Count(row => HashShare.Holds(row.PromptHash, share)) / 20_000.0;

        // Five standard deviations of a fair draw.
        Assert.InRange(held, share - (5 * Math.Sqrt(share * (1 - share) / 20_000)), share + (5 * Math.Sqrt(share * (1 - share) / 20_000)));
    }

    [Fact]
    public void Split_Hash_IsTheDocumentedOne()
    {
        var row = RowScan.Of("a.jsonl", """{"prompt":"2+2?","completion":"4"}""").Good.Single();

        // printf '[{"role":"user","content":"2+2?"}]' | sha256sum, first 16 digits.
        Assert.Equal(0x5a675a7bb8367f4bUL, row.PromptHash);
    }

    public void Dispose() => _sample.Dispose();

    private static Dictionary<string, bool> Sides(BuildOutcome outcome) =>
        Ids(outcome.Train!).Select(id => (id, false)).Concat(Ids(outcome.Test!).Select(id => (id, true))).ToDictionary();

    private static IEnumerable<string> Ids(BuiltSplit split) =>
        File.ReadLines(split.Text.Path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!);

    private static HashSet<string> Prompts(BuiltSplit split) =>
        [.. File.ReadLines(split.Text.Path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("messages")[1].GetProperty("content").GetString()!)];
}
