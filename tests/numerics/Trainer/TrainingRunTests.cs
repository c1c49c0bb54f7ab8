using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

public sealed class TrainingRunTests
{
    private static readonly TrainingConfig Config = new() { R = 4, LearningRate = 5e-3, NumTrainEpochs = 3, LoraDropout = 0.1, GradientAccumulationSteps = 2 };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Next_ResumedAtAnyStep_EndsInTheSameBytes(int interruptedAt)
    {
        var shard = Shards.FromGolden(rows: 12, rowsPerPack: 2);
        var (expected, _) = Train(shard, resumeFrom: null, until: int.MaxValue);

        var (interrupted, _) = Train(shard, resumeFrom: null, until: interruptedAt);
        var (resumed, losses) = Train(shard, interrupted, until: int.MaxValue);

        Assert.Equal(9 - interruptedAt, losses.Count); // 6 packs, 2 a step, 3 epochs
        Assert.Equal(expected.Step, resumed.Step);
        Assert.Equal(expected.Parameters, resumed.Parameters);
        Assert.Equal(expected.FirstMoment, resumed.FirstMoment);
        Assert.Equal(expected.SecondMoment, resumed.SecondMoment);
    }

    [Fact]
    public void Next_SameBatchSplitOrPacked_GivesTheSameLossAndGradients()
    {
        var once = new TrainingConfig { R = 4, LoraDropout = 0, MaxSteps = 2, Shuffle = false, TokensPerBatch = 1024, WarmupRatio = 0 };
        var (whole, wholeLosses) = Train(Shards.FromGolden(rows: 8, rowsPerPack: 8), once);
        var (split, splitLosses) = Train(Shards.FromGolden(rows: 8, rowsPerPack: 1), once with { GradientAccumulationSteps = 8 });

        // float32; the order of sums differs, nothing else.
        Assert.Equal(wholeLosses[0], splitLosses[0], 1e-6 * wholeLosses[0]);
        Assert.InRange(Golden.MaxDifference(whole.FirstMoment, split.FirstMoment) / whole.FirstMoment.Max(Math.Abs), 0, 1e-5);
    }

    [Fact]
    public void Next_RealData_LossFalls()
    {
        var (_, losses) = Train(Shards.FromGolden(rows: 12, rowsPerPack: 4), Config with { NumTrainEpochs = 10, LoraDropout = 0, GradientAccumulationSteps = 1, LearningRate = 1e-2 });

        Assert.True(losses[^1] < losses[0] * 0.9, $"from {losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Save_OfAnAdapterThatChangesNothing_IsRefused()
    {
        using var run = new TrainingRun(Shards.Model, new SupervisedData(Shards.FromGolden(rows: 4, rowsPerPack: 2), Config), Config with { LearningRate = 0 }, "base");
        run.Next();
        var folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

        var problem = Assert.Throws<TrainingFailedException>(() => run.Save(folder));

        Assert.Equal("adapter_changes_nothing", problem.Code);
        Assert.Contains("learning_rate (now 0)", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Constructor_NoSupervisedToken_IsRefused()
    {
        var shard = Shards.FromGolden(rows: 4, rowsPerPack: 2);
        Array.Fill(shard.Labels, TokenShard.IgnoreIndex);

        var problem = Assert.Throws<TrainingFailedException>(() => new TrainingRun(Shards.Model, new SupervisedData(shard, Config), Config, "base"));

        Assert.Equal("no_supervised_tokens", problem.Code);
    }

    [Fact]
    public void Constructor_UnknownTarget_NamesWhatThereIs()
    {
        var problem = Assert.Throws<TrainingFailedException>(() =>
            new TrainingRun(Shards.Model, new SupervisedData(Shards.FromGolden(4, 2), Config), Config with { TargetModules = ["query"] }, "base"));

        Assert.Equal("no_target_modules", problem.Code);
        Assert.Contains("q_proj", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_HugeRate_FailsWithADiagnosis()
    {
        var problem = Assert.Throws<TrainingFailedException>(() =>
            Train(Shards.FromGolden(8, 2), Config with { LearningRate = 1e30, WarmupRatio = 0, MaxGradNorm = 0, NumTrainEpochs = 20 }));

        Assert.Equal("loss_not_finite", problem.Code);
        Assert.Contains("learning_rate", problem.Message, StringComparison.Ordinal);
    }

    private static (TrainingState State, List<double> Losses) Train(TokenShard shard, TrainingConfig config)
    {
        using var run = new TrainingRun(Shards.Model, new SupervisedData(shard, config), config, "base");
        var losses = new List<double>();
        while (run.Step < run.TotalSteps)
        {
            losses.Add(run.Next().Loss);
        }

        return (run.Capture(), losses);
    }

    private static (TrainingState State, List<double> Losses) Train(TokenShard shard, TrainingState? resumeFrom, int until)
    {
        using var run = new TrainingRun(Shards.Model, new SupervisedData(shard, Config), Config, "base", resumeFrom);
        var losses = new List<double>();
        while (run.Step < Math.Min(until, run.TotalSteps))
        {
            losses.Add(run.Next().Loss);
        }

        return (run.Capture(), losses);
    }
}
