using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Lineage;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.UnitTests.DatasetPrep.Lineage;

public sealed class DatasetDiffTests : IDisposable
{
    private static readonly ProjectConfig Config = new() { Prep = new PrepConfig { MinRows = 2, TestShare = 0.3 } };

    private readonly TemporaryFolder _folder = new();
    private int _datasets;

    [Fact]
    public void Manifest_OfAFolder_TellsInputsSettingsAndWhatWasLeftOut()
    {
        var manifest = DatasetFolder.ReadManifest(Make(Config, ("b.jsonl", Sample.Rows(20)), ("a.jsonl", Sample.Rows(5) + "oops\n")));

        Assert.Equal(["local/a.jsonl", "local/b.jsonl"], manifest.Inputs.Select(input => input.Key));
        Assert.All(manifest.Inputs, input => Assert.Matches("^[0-9a-f]{64}$", input.Sha256));
        Assert.Equal((0.3, Config.Training.TokensPerBatch, DatasetBuilder.Version), (manifest.Prep.TestShare, manifest.TokensPerBatch, manifest.PrepVersion));
        Assert.Equal(1, manifest.Stages.Single(stage => stage.Stage == "read").Dropped["not_json"]);
        Assert.Equal(5, manifest.Stages.Single(stage => stage.Stage == "deduplicate").Dropped["duplicate"]);
        Assert.Equal(1, manifest.ProblemCounts["not_json"]);
        Assert.Equal("report.html", Path.GetFileName(manifest.ReportPage!.Key));
    }

    [Fact]
    public void Diff_OfTheSameDrops_IsNothing()
    {
        var one = Make(Config, ("a.jsonl", Sample.Rows(20)), ("b.jsonl", Sample.Rows(20, 20)));
        var other = Make(Config, ("b.jsonl", Sample.Rows(20, 20)), ("a.jsonl", Sample.Rows(20)));

        var difference = DatasetDiff.Compare(one, other);

        Assert.True(difference.Same);
        Assert.Empty(difference.InputsAdded.Concat(difference.InputsRemoved).Concat(difference.InputsChanged));
        Assert.Empty(difference.Settings);
        Assert.Equal((40, 0, 0, 0, 0), (difference.Rows.Kept, difference.Rows.Added, difference.Rows.Removed, difference.Rows.ToTest, difference.Rows.ToTrain));
        Assert.Equal(File.ReadAllBytes(Path.Combine(one, "manifest.json")), File.ReadAllBytes(Path.Combine(other, "manifest.json")));
    }

    [Fact]
    public void Diff_OfAGrownDataset_NamesDropsRowsAndProblems()
    {
        var one = Make(Config, ("a.jsonl", Sample.Rows(20)), ("old.jsonl", Sample.Rows(3, 100)));
        var other = Make(Config, ("a.jsonl", Sample.Rows(20) + "oops\n"), ("new.jsonl", Sample.Rows(10, 20)));

        var difference = DatasetDiff.Compare(one, other, shown: 2);

        Assert.False(difference.Same);
        Assert.Equal(["new.jsonl", "old.jsonl", "a.jsonl"], difference.InputsAdded.Concat(difference.InputsRemoved).Concat(difference.InputsChanged));
        Assert.Equal((20, 10, 3, 0, 0), (difference.Rows.Kept, difference.Rows.Added, difference.Rows.Removed, difference.Rows.ToTest, difference.Rows.ToTrain));
        Assert.Equal(["new.jsonl", "new.jsonl"], difference.Rows.AddedRows.Select(row => row.File));
        Assert.Equal(["old.jsonl", "old.jsonl"], difference.Rows.RemovedRows.Select(row => row.File));
        Assert.Equal([new ChangedCount("read/not_json", 0, 1)], difference.Dropped);
        Assert.Equal([new ChangedCount("not_json", 0, 1)], difference.Problems);
    }

    [Fact]
    public void Diff_OfOtherSettings_NamesThemAndTheRowsThatMoved()
    {
        var more = Config with { Prep = Config.Prep with { TestShare = 0.5, Policies = new Dictionary<string, string> { ["not_utf8"] = "repair" } } };

        var difference = DatasetDiff.Compare(Make(Config, ("a.jsonl", Sample.Rows(60))), Make(more, ("a.jsonl", Sample.Rows(60))));

        Assert.Equal([new ChangedSetting("prep.policies", "{}", null), new ChangedSetting("prep.policies.not_utf8", null, "\"repair\""), new ChangedSetting("prep.test_share", "0.3", "0.5")], difference.Settings);
        Assert.Equal((60, 0), (difference.Rows.Kept, difference.Rows.ToTrain));
        Assert.InRange(difference.Rows.ToTest, 3, 25);
    }

    [Fact]
    public void Diff_OfSomethingElse_SaysWhatIsMissing()
    {
        var dataset = Make(Config, ("a.jsonl", Sample.Rows(20)));
        File.WriteAllText(Path.Combine(dataset, "train.jsonl"), "{}\n");

        Assert.Contains("manifest.json", Assert.Throws<InvalidDataException>(() => DatasetDiff.Compare(_folder.Path, dataset)).Message, StringComparison.Ordinal);
        Assert.Contains("train.jsonl line 1 does not begin", Assert.Throws<InvalidDataException>(() => DatasetDiff.Compare(dataset, dataset)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Make(ProjectConfig config, params (string Name, string Content)[] files)
    {
        var (model, output) = (TinyModel.Write(_folder), _folder.File($"dataset-{++_datasets}"));
        List<PrepInput> inputs = [.. files.Select(file => PrepInput.FromFile(file.Name, _folder.Write($"in-{_datasets}/{file.Name}", System.Text.Encoding.UTF8.GetBytes(file.Content))))];
        DatasetFolder.WriteManifest(output, model, inputs, config, DatasetBuilder.Build(inputs, model, config, output));
        return output;
    }
}
