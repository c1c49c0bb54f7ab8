using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Storage;

namespace LoraMesh.UnitTests.DatasetPrep;

public sealed class PrepareDatasetJobTests : IAsyncLifetime, IDisposable
{
    private readonly JobFixture _fixture = new();

    [Fact]
    public async Task Job_GoodDrops_StoresADatasetThatItsManifestDescribes()
    {
        var b = await _fixture.DropAsync("sub/b.jsonl", Sample.Rows(20));
        var a = await _fixture.DropAsync("a.jsonl", Sample.Rows(20, 20));

        var prepared = Assert.IsType<DatasetPrepared>(await _fixture.RunAsync("run-1", b, a));

        Assert.Equal(("run-1-prepare", "run-1", 0, 40), (prepared.JobId, prepared.RunId, prepared.RejectedRows, prepared.TrainRows + prepared.TestRows));
        Assert.Equal($"faq/{prepared.DatasetId}/manifest.json", prepared.Manifest.Key);
        var manifest = await _fixture.Store.ReadJsonAsync<DatasetManifest>(prepared.Manifest);
        Assert.Equal((prepared.DatasetId, "faq", "tiny"), (manifest.DatasetId, manifest.Project, manifest.Model.Name));
        Assert.Equal(["faq/a.jsonl", "faq/sub/b.jsonl"], manifest.Inputs.Select(input => input.Key));
        Assert.Equal((prepared.TrainRows, prepared.TestRows), (manifest.Train.Rows, manifest.Test.Rows));
        foreach (var file in (BlobRef[])[manifest.Train.Text, manifest.Train.Shard, manifest.Test.Text, manifest.Test.Shard, manifest.Report])
        {
            (await _fixture.Store.ReadVerifiedAsync(file)).Dispose();
        }

        Assert.Equal(
            ["manifest.json", "report.html", "report.json", "test.jsonl", "test.safetensors", "train.jsonl", "train.safetensors"],
            await _fixture.KeysAsync(Buckets.Datasets, $"faq/{prepared.DatasetId}/"));
        Assert.Contains("\"source\":{\"file\":\"sub/b.jsonl\",", await _fixture.ReadAsync(Buckets.Datasets, manifest.Train.Text.Key), StringComparison.Ordinal);
        var shard = TokenShard.Read(Path.Combine(_fixture.Store.Root, Buckets.Datasets, manifest.Test.Shard.Key));
        Assert.Equal((manifest.Test.Rows, manifest.Test.Tokens), (shard.Rows, shard.InputIds.Length));
        Assert.Empty(await _fixture.KeysAsync(Buckets.Quarantine, ""));
        Assert.Empty(Directory.GetFileSystemEntries(_fixture.Scratch));
    }

    [Fact]
    public async Task Job_Weights_AreNotFetched()
    {
        var drop = await _fixture.DropAsync("a.jsonl", Sample.Rows(20));

        await _fixture.RunAsync("run-1", drop);

        Assert.True(_fixture.HasFetched(TinyModel.Template));
        Assert.False(_fixture.HasFetched("weights that nobody here needs"));
    }

    [Fact]
    public async Task Job_SameInputsAgain_AnnouncesTheSameDatasetWithoutWork()
    {
        var drop = await _fixture.DropAsync("a.jsonl", Sample.Rows(20) + "oops\n");
        var first = Assert.IsType<DatasetPrepared>(await _fixture.RunAsync("run-1", drop));
        Directory.Delete(_fixture.Scratch);

        var second = Assert.IsType<DatasetPrepared>(await _fixture.RunAsync("run-2", drop));

        Assert.Equal(first with { RunId = "run-2", JobId = "run-2-prepare" }, second);
        Assert.Equal(1, second.RejectedRows);
        Assert.False(Directory.Exists(_fixture.Scratch));
    }

    [Theory]
    [InlineData("train.jsonl")]
    [InlineData("test.safetensors")]
    [InlineData("report.json")]
    [InlineData("manifest.json")]
    public async Task Job_StoredDatasetDamaged_MakesTheSameBytesAgain(string name)
    {
        var drop = await _fixture.DropAsync("a.jsonl", Sample.Rows(20));
        var first = Assert.IsType<DatasetPrepared>(await _fixture.RunAsync("run-1", drop));
        var key = $"faq/{first.DatasetId}/{name}";
        var before = await _fixture.ReadAsync(Buckets.Datasets, key);
        await _fixture.PutAsync(Buckets.Datasets, key, before![1..]);

        var second = Assert.IsType<DatasetPrepared>(await _fixture.RunAsync("run-1", drop));

        Assert.Equal(first, second);
        Assert.Equal(before, await _fixture.ReadAsync(Buckets.Datasets, key));
    }

    [Fact]
    public async Task Job_PartlyBad_TrainsOnTheRestAndListsTheRefused()
    {
        var drop = await _fixture.DropAsync("a.jsonl", Sample.Rows(20) + "oops\n{}\n");
        var table = await _fixture.DropAsync("table.csv", "a,b\n");

        var prepared = Assert.IsType<DatasetPrepared>(await _fixture.RunAsync("run-1", drop, table));

        Assert.Equal(2, prepared.RejectedRows);
        Assert.Equal(["rejected.jsonl"], await _fixture.KeysAsync(Buckets.Quarantine, "faq/run-1/"));
        Assert.Equal(2, (await _fixture.ReadAsync(Buckets.Quarantine, "faq/run-1/rejected.jsonl"))!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var manifest = await _fixture.Store.ReadJsonAsync<DatasetManifest>(prepared.Manifest);
        var report = await _fixture.Store.ReadJsonAsync<DataReport>(manifest.Report);
        Assert.Equal([("a.jsonl", 21, "not_json"), ("a.jsonl", 22, "unknown_schema"), ("table.csv", 1, "unknown_columns")], report.Problems.Select(problem => (problem.File, problem.Line, problem.Kind)));
    }

    [Fact]
    public async Task Job_BadData_GoesToQuarantineWithItsReport()
    {
        var drop = await _fixture.DropAsync("sub/a.jsonl", Sample.Rows(5) + "oops\n");
        var table = await _fixture.DropAsync("report.json", "a,b\n");

        var rejected = Assert.IsType<DatasetRejected>(await _fixture.RunAsync("run-1", drop, table));

        Assert.Equal("too_few_rows", rejected.Code);
        Assert.StartsWith("5 of 6 rows are usable, at least 10 are needed (prep.min_rows). Most frequent problem: not_json, 1 time, first in sub/a.jsonl line 6: found byte 0, near oops", rejected.Reason, StringComparison.Ordinal);
        Assert.Equal(["inputs/report.json", "inputs/sub/a.jsonl", "rejected.jsonl", "report.html", "report.json"], await _fixture.KeysAsync(Buckets.Quarantine, "faq/run-1/"));
        Assert.Equal(Sample.Rows(5) + "oops\n", await _fixture.ReadAsync(Buckets.Quarantine, "faq/run-1/inputs/sub/a.jsonl"));
        var report = await _fixture.Store.ReadJsonAsync<DataReport>(rejected.Report!);
        Assert.Equal((6, 5), (report.RowsRead, report.RowsKept));
        Assert.Empty(await _fixture.KeysAsync(Buckets.Datasets, ""));
    }

    [Fact]
    public async Task Job_FileOverTheLimit_IsNeitherFetchedNorCopied()
    {
        _fixture.Config = _fixture.Config with { Prep = _fixture.Config.Prep with { MaxFileBytes = 100 } };
        var drop = await _fixture.DropAsync("a.jsonl", Sample.Rows(20));

        var rejected = Assert.IsType<DatasetRejected>(await _fixture.RunAsync("run-1", drop));

        Assert.Contains("file_too_large", rejected.Reason, StringComparison.Ordinal);
        Assert.Equal(["report.html", "report.json"], await _fixture.KeysAsync(Buckets.Quarantine, "faq/run-1/"));
        Assert.False(_fixture.HasFetched(Sample.Rows(20)));
    }

    [Fact]
    public async Task Job_DropReplacedMeanwhile_IsRejected()
    {
        var drop = await _fixture.DropAsync("a.jsonl", Sample.Rows(20));
        await _fixture.DropAsync("a.jsonl", Sample.Rows(21));

        var rejected = Assert.IsType<DatasetRejected>(await _fixture.RunAsync("run-1", drop));

        Assert.Equal("input_changed", rejected.Code);
        Assert.Contains("lm-inbox/faq/a.jsonl", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_UnknownModel_IsRejectedByName()
    {
        _fixture.Config = _fixture.Config with { Model = "giant" };

        var rejected = Assert.IsType<DatasetRejected>(await _fixture.RunAsync("run-1", await _fixture.DropAsync("a.jsonl", Sample.Rows(20))));

        Assert.Equal("model_not_found", rejected.Code);
        Assert.Contains("'giant'", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ModelWithoutTokenizer_IsRejected()
    {
        await _fixture.Store.DeleteAsync(Buckets.Models, "tiny/tokenizer.json");

        var rejected = Assert.IsType<DatasetRejected>(await _fixture.RunAsync("run-1", await _fixture.DropAsync("a.jsonl", Sample.Rows(20))));

        Assert.Equal("model_unusable", rejected.Code);
        Assert.Contains("tokenizer.json", rejected.Reason, StringComparison.Ordinal);
        Assert.Contains("'tiny'", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ModelThatMayRunCode_IsRejected()
    {
        await _fixture.PutAsync(Buckets.Models, "tiny/pytorch_model.bin", "x");

        var rejected = Assert.IsType<DatasetRejected>(await _fixture.RunAsync("run-1", await _fixture.DropAsync("a.jsonl", Sample.Rows(20))));

        Assert.Equal("model_refused", rejected.Code);
        Assert.Contains("pytorch_model.bin", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_SettingsOutOfRange_IsRejected()
    {
        _fixture.Config = _fixture.Config with { Prep = new PrepConfig { TestShare = 0 } };

        var rejected = Assert.IsType<DatasetRejected>(await _fixture.RunAsync("run-1", await _fixture.DropAsync("a.jsonl", Sample.Rows(20))));

        Assert.Equal("invalid_config", rejected.Code);
        Assert.Contains("prep.test_share is 0;", rejected.Reason, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => _fixture.WithModelAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _fixture.Dispose();
}
