using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Storing;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class DeterminismTests : IDisposable
{
    private static readonly ModelRef Model = new() { Name = "m", Digest = new string('1', 64), Files = [] };

    private readonly Sample _sample = new();

    [Fact]
    public void Build_Twice_WritesTheSameBytes()
    {
        (string, string)[] files = [("b.jsonl", Sample.Rows(50) + "oops\n{}\n" + Sample.Rows(5)), ("a.json", "[" + Sample.Rows(30, 100).TrimEnd().Replace("\n", ",\n", StringComparison.Ordinal) + "]")];

        var first = Path.GetDirectoryName(_sample.Build(files).ReportFile.Path)!;
        var second = Path.GetDirectoryName(_sample.Build(files[1], files[0]).ReportFile.Path)!;

        var names = Directory.GetFiles(first).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["rejected.jsonl", "report.html", "report.json", "test.jsonl", "test.safetensors", "train.jsonl", "train.safetensors"], names);
        Assert.Equal(names, Directory.GetFiles(second).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(first, name!)), File.ReadAllBytes(Path.Combine(second, name!))));
    }

    [Fact]
    public void DatasetId_InputsInAnyOrder_IsTheSame()
    {
        HashedName a = new("a", "01"), b = new("b", "02");

        Assert.Equal(DatasetIdentity.Of([a, b], new ProjectConfig(), Model), DatasetIdentity.Of([b, a], new ProjectConfig(), Model));
        Assert.Matches("^[0-9a-f]{64}$", DatasetIdentity.Of([a, b], new ProjectConfig(), Model));
    }

    [Fact]
    public void DatasetId_AnythingElse_IsAnother()
    {
        HashedName a = new("a", "01"), b = new("b", "02");
        var config = new ProjectConfig();

        string[] ids =
        [
            DatasetIdentity.Of([a, b], config, Model),
            DatasetIdentity.Of([a], config, Model),
            DatasetIdentity.Of([a, new HashedName("b", "03")], config, Model),
            DatasetIdentity.Of([a, new HashedName("c", "02")], config, Model),
            DatasetIdentity.Of([a, b], config with { Prep = new PrepConfig { TestShare = 0.2 } }, Model),
            DatasetIdentity.Of([a, b], config with { Training = new TrainingConfig { TokensPerBatch = 2048 } }, Model),
            DatasetIdentity.Of([a, b], config, Model with { Digest = new string('2', 64) }),
            DatasetIdentity.Of([a, b], config, Model with { Name = "n" }),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void DatasetId_SettingsThatDoNotMatter_KeepIt()
    {
        var changed = new ProjectConfig { Training = new TrainingConfig { R = 4, LearningRate = 1e-5 }, Evaluation = new EvaluationConfig { MaxNewTokens = 7 } };

        Assert.Equal(DatasetIdentity.Of([], new ProjectConfig(), Model), DatasetIdentity.Of([], changed, Model));
    }

    public void Dispose() => _sample.Dispose();
}
