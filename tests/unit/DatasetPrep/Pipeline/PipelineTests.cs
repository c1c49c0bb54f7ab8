using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.Formats;

namespace LoraMesh.UnitTests.DatasetPrep.Pipeline;

public sealed class PipelineTests : IDisposable
{
    private readonly Sample _sample = new();

    [Fact]
    public void Build_AnyNumberOfThreads_WritesTheSameBytes()
    {
        // More than one batch a file.
        var rows = string.Concat(Enumerable.Range(0, 12).Select(i => Sample.Rows(250, 200 * i) + "oops\n"));
        var folders = new List<string>();
        foreach (var threads in (int[])[1, 2, 7])
        {
            _sample.Threads = threads;
            folders.Add(Path.GetDirectoryName(_sample.Build(("b.jsonl", rows), ("a.jsonl", Sample.Rows(1500, 100))).ReportFile.Path)!);
        }

        var names = Directory.GetFiles(folders[0]).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(7, names.Count);
        Assert.All(names, name => Assert.All(folders, folder => Assert.Equal(File.ReadAllBytes(Path.Combine(folders[0], name!)), File.ReadAllBytes(Path.Combine(folder, name!)))));
    }

    [Fact]
    public void Build_MoreTokensThanAShardTakes_WritesSeveralThatReadAsOne()
    {
        var one = _sample.Build(Sample.Rows(200)).Train!;
        _sample.Config = _sample.Config with { Prep = _sample.Config.Prep with { ShardTokens = 1000 } };

        var several = _sample.Build(Sample.Rows(200)).Train!;

        Assert.Equal(["train.safetensors", "train-00002.safetensors", "train-00003.safetensors"], several.Shards.Take(3).Select(shard => shard.Name));
        var (whole, joined) = (TokenShard.Read(one.Shard.Path), TokenShard.ReadAll([.. several.Shards.Select(shard => shard.Path)]));
        Assert.Equal(whole.InputIds, joined.InputIds);
        Assert.Equal(whole.Labels, joined.Labels);
        Assert.Equal(whole.RowOffsets, joined.RowOffsets);
        Assert.Equal(Enumerable.Range(0, whole.Rows).Select(row => (long)row), joined.PackedRows.Order());
        Assert.Equal((0L, (long)joined.PackedRows.Length), (joined.PackOffsets[0], joined.PackOffsets[^1]));
        Assert.Equal((one.Tokens, one.SupervisedTokens), (several.Tokens, several.SupervisedTokens));
    }

    [Fact]
    public void Report_Stages_TellWhatEachLeftOut()
    {
        var report = _sample.Build(Sample.Rows(20) + "oops\n{}\n" + Sample.Rows(5)).Report;

        Assert.Equal([("read", 27L, 25L), ("deduplicate", 25L, 20L), ("length_outliers", 20L, 20L), ("near_duplicates", 20L, 20L), ("split", 20L, 20L)], report.Stages.Select(stage => (stage.Stage, stage.RowsIn, stage.RowsOut)));
        Assert.Equal([("not_json", 1L), ("unknown_schema", 1L)], report.Stages[0].Dropped.Select(entry => (entry.Key, entry.Value)));
        Assert.Equal(("duplicate", 5L), (report.Stages[1].Dropped.Single().Key, report.Stages[1].Dropped.Single().Value));
        Assert.Equal(20, report.TrainLengths.Concat(report.TestLengths).Sum(range => range.Rows));
    }

    [Fact]
    public void Progress_OfABuild_EndsWithAllRows()
    {
        using var folder = new TemporaryFolder();
        var input = LoraMesh.DatasetPrep.Reading.PrepInput.FromFile("a.jsonl", folder.Write("a.jsonl", System.Text.Encoding.UTF8.GetBytes(Sample.Rows(3000))));
        var told = new List<PrepProgress>();

        DatasetBuilder.Build([input], TinyModel.Write(folder), _sample.Config, folder.File("out"), new BuildOptions { Progress = told.Add });

        Assert.Equal(["read", "deduplicate", "length_outliers", "near_duplicates", "split", "write"], told.Select(progress => progress.Stage).Distinct());
        Assert.Equal(3000, told[^1].Rows);
        Assert.All(told, progress => Assert.InRange(progress.Done, 0, Math.Max(progress.Total, 0)));
        Assert.False(Directory.Exists(Path.Combine(folder.File("out"), DatasetFileNames.Scratch)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void ExactDuplicates_InSlicesOfAnySize_DropsLaterOnes(int rowsPerSlice)
    {
        using var folder = new TemporaryFolder();
        using var rows = new RowStore(folder.Path, ["a"]);
        var random = new Random(1);
        var identities = Enumerable.Range(0, 300).Select(_ => (UInt128)random.Next(100)).ToList();
        Span<byte> record = stackalloc byte[RowRecord.LengthBytes + 24 + RowRecord.PlaceBytes];
        foreach (var identity in identities)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(record[RowRecord.LengthBytes..], identity);
            rows.Append(record, default);
        }

        var marks = new RowMarks(rows.Count);
        new ExactDuplicates(rowsPerSlice).Run(rows, marks, CancellationToken.None);

        Assert.Equal(
            Enumerable.Range(0, 300).Where(row => identities.IndexOf(identities[row]) == row),
            Enumerable.Range(0, 300).Where(row => marks.IsKept(row)));
        Assert.Equal((300 - marks.Kept, marks.Kept), (marks.Dropped("duplicate"), identities.Distinct().Count()));
    }

    [Fact]
    public void OrderedWork_AnItemFailing_ThrowsItsErrorAfterTheOnesBefore()
    {
        var taken = new List<int>();

        var error = Assert.Throws<InvalidOperationException>(() => OrderedWork.Run(
            Enumerable.Range(0, 100), item => item == 40 ? throw new InvalidOperationException("item 40") : item, taken.Add, threads: 3, CancellationToken.None));

        Assert.Equal("item 40", error.Message);
        Assert.Equal(Enumerable.Range(0, 40), taken);
    }

    public void Dispose() => _sample.Dispose();
}
