using LoraMesh.Contracts;
using LoraMesh.Trainer;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>Trainings side by side in one process: one copy of the base, and the bytes of trainings alone.</summary>
public sealed class SharedBasesTests
{
    private static readonly TrainingConfig Config = new() { R = 4, LearningRate = 5e-3, NumTrainEpochs = 3, LoraDropout = 0.1, GradientAccumulationSteps = 2 };

    [Fact]
    public async Task Trainings_ByTurnsOnOneBase_EndAsTheyDoAlone()
    {
        var bases = new SharedBases();
        using var turn = new ComputeTurn();
        using var begun = new Barrier(3);
        int[] seeds = [1, 2, 3];
        var alone = seeds.Select(seed => Train(seed, null, null, null)).ToList();

        var together = await Task.WhenAll(seeds.Select(seed => Task.Factory.StartNew(() => Train(seed, bases, turn, begun), default, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.All(together, one => Assert.Equal(1, one.Bases));
        Assert.Equal(alone.Select(one => one.Parameters), together.Select(one => one.Parameters));
        Assert.NotEqual(together[0].Parameters, together[1].Parameters);
        Assert.Equal(0, bases.Count);
    }

    [Fact]
    public void Base_HeldInTwoWays_IsThereTwice()
    {
        var bases = new SharedBases();
        var data = new SupervisedData(Shards.FromGolden(4, 2), Config);
        using var exact = new TrainingRun(Shards.Model, data, Config, "base", bases: bases);
        using (new TrainingRun(Shards.Model, data, Config with { LoadIn8bit = true }, "base", bases: bases))
        {
            Assert.Equal(2, bases.Count);
        }

        Assert.Equal(1, bases.Count);
        exact.Next();
    }

    [Fact]
    public void Base_ThatCannotBeLoaded_IsNotKept()
    {
        var bases = new SharedBases();

        Assert.ThrowsAny<IOException>(() => new TrainingRun(Path.Combine(Shards.Model, "none"), new SupervisedData(Shards.FromGolden(4, 2), Config), Config, "base", bases: bases));

        Assert.Equal(0, bases.Count);
    }

    [Fact]
    public async Task Turn_GoesToWhoeverWaits_NotBackToTheLast()
    {
        using var turn = new ComputeTurn();
        var order = new List<string>();
        Task? other = null;

        turn.Take(
            () =>
            {
                other = Task.Factory.StartNew(() => turn.Take(() => order.Add("other"), default), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                Assert.True(SpinWait.SpinUntil(() => turn.Waiting == 1, TimeSpan.FromSeconds(60)));
                order.Add("first");
            },
            default);
        turn.Take(() => order.Add("again"), default);
        await other!;

        Assert.Equal(["first", "other", "again"], order);
    }

    private static (float[] Parameters, int Bases) Train(int seed, SharedBases? bases, ComputeTurn? turn, Barrier? begun)
    {
        var config = Config with { Seed = seed };
        var data = new SupervisedData(Shards.FromGolden(rows: 12, rowsPerPack: 2), config);
        using var run = turn is null ? Make() : turn.Take(Make, default);
        begun?.SignalAndWait();
        var shared = bases?.Count ?? 0;
        begun?.SignalAndWait();
        while (!run.IsDone)
        {
            _ = turn is null ? run.Next() : turn.Take(() => run.Next(), default);
        }

        return (run.Capture().Parameters, shared);

        TrainingRun Make() => new(Shards.Model, data, config, "base", bases: bases);
    }
}
