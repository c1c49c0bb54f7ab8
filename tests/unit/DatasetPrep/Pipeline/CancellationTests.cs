using System.Text;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Pipeline;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.UnitTests.DatasetPrep.Pipeline;

public sealed class CancellationTests : IDisposable
{
    private static readonly ProjectConfig Config = new() { Prep = new PrepConfig { MinRows = 2, TestShare = 0.3 } };

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("read")]
    [InlineData("deduplicate")]
    [InlineData("length_outliers")]
    [InlineData("near_duplicates")]
    [InlineData("split")]
    [InlineData("write")]
    public void Build_CancelledInAnyStage_EndsLeavesNoScratchAndCanBeDoneAgain(string stage)
    {
        var inputs = new[] { PrepInput.FromFile("a.jsonl", _folder.Write("a.jsonl", Encoding.UTF8.GetBytes(Sample.Rows(5000)))) };
        var model = TinyModel.Write(_folder);
        using var cancel = new CancellationTokenSource();

        void Cancel(PrepProgress progress)
        {
            if (progress.Stage == stage)
            {
                cancel.Cancel();
            }
        }

        Assert.Throws<OperationCanceledException>(() => DatasetBuilder.Build(inputs, model, Config, _folder.File("out"), new BuildOptions { Progress = Cancel }, cancel.Token));

        Assert.False(Directory.Exists(Path.Combine(_folder.File("out"), DatasetFileNames.Scratch)));
        Assert.False(File.Exists(Path.Combine(_folder.File("out"), DatasetFileNames.Report)));
        var again = DatasetBuilder.Build(inputs, model, Config, _folder.File("out"));
        Assert.Equal(5000, again.Report.RowsKept);
    }

    [Fact]
    public void Progress_TimeLeft_IsTheStagesOwn()
    {
        var progress = new PrepProgress("write", Done: 25, Total: 100, Rows: 100, Elapsed: TimeSpan.FromSeconds(50), StageElapsed: TimeSpan.FromSeconds(2));

        Assert.Equal((2.0, TimeSpan.FromSeconds(6)), (progress.RowsPerSecond, progress.Left));
    }

    public void Dispose() => _folder.Dispose();
}
