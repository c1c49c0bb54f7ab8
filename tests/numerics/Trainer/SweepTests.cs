using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Trainer.Sweeps;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

public sealed class SweepTests
{
    [Fact]
    public void Ends_WorseThanTheMedianOfThree_Does()
    {
        var rule = new MedianRule(greaterIsBetter: false);
        rule.Finish([(1, 4), (2, 2)]);
        rule.Finish([(1, 5), (2, 3)]);
        Assert.False(rule.Ends([(1, 100)]));
        rule.Finish([(1, 6), (2, 4)]);

        // Averages up to step 1 are 4, 5, 6 and up to step 2 are 3, 4, 5.
        Assert.False(rule.Ends([(1, 5)]));
        Assert.True(rule.Ends([(1, 5.1)]));
        Assert.False(rule.Ends([(1, 9), (2, 4)]));
        Assert.True(rule.Ends([(1, 9), (2, 4.1)]));
        Assert.False(new MedianRule(greaterIsBetter: true).Ends([]));
    }

    [Fact]
    public async Task RunAsync_OfAGrid_OrdersTrialsEndsPoorOnesAndGoesOnWhereItWas()
    {
        var output = Path.Combine(Directory.CreateTempSubdirectory("loramesh-test-").FullName, "search");
        var config = FolderSweep.Measured(new TrainingConfig { R = 4, MaxSteps = 10, WarmupRatio = 0, LoraDropout = 0, ValSetSize = 0.25, EvalStrategy = "steps", EvalSteps = 2 });
        var settings = SweepYaml.Parse("parameters:\n  learning_rate: {values: [1e-2, 5e-3, 8e-3, 1e-7]}\n", config);
        var told = 0;
        var sweep = new FolderSweep(Shards.Model, own => new SupervisedData(Shards.FromGolden(12, 2), own), settings);

        var outcomes = await sweep.RunAsync(output, (_, _) => told++, CancellationToken.None);
        var first = told;
        var again = await sweep.RunAsync(output, (_, _) => told++, CancellationToken.None);

        Assert.Equal(["trained", "trained", "trained", "stopped"], outcomes.Select(outcome => outcome.State));
        Assert.Equal("1e-7", outcomes[^1].Values["learning_rate"]);
        Assert.True(outcomes[^1].Steps < 10);
        Assert.Equal(outcomes.Take(3).Select(outcome => outcome.Metric).Order(), outcomes.Take(3).Select(outcome => outcome.Metric));
        Assert.True(File.Exists(Path.Combine(output, outcomes[0].Folder, "adapter_model.safetensors")));
        Assert.False(Directory.Exists(Path.Combine(output, outcomes[^1].Folder)));
        Assert.Contains("| trial | learning_rate | eval_loss |", File.ReadAllText(Path.Combine(output, "sweep.md")), StringComparison.Ordinal);
        Assert.Equal(first, told);
        Assert.Equal(outcomes.Select(outcome => (outcome.Number, outcome.State, outcome.Metric)), again.Select(outcome => (outcome.Number, outcome.State, outcome.Metric)));
        Directory.Delete(Path.GetDirectoryName(output)!, recursive: true);
    }

    [Fact]
    public async Task RunAsync_WhereAnEarlierOutcomeIsDamaged_SaysWhichFileAndWhatToDo()
    {
        var output = Directory.CreateTempSubdirectory("loramesh-test-").FullName;
        await File.WriteAllTextAsync(Path.Combine(output, "sweep.json"), "[{\"number\": 1,");
        var config = new TrainingConfig { MaxSteps = 1 };
        var sweep = new FolderSweep(Shards.Model, own => new SupervisedData(Shards.FromGolden(2, 2), own), SweepYaml.Parse("parameters:\n  r: {values: [2]}\n", config));

        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => sweep.RunAsync(output, (_, _) => { }, CancellationToken.None));

        Assert.Contains("sweep.json", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Remove it", problem.Message, StringComparison.Ordinal);
        Directory.Delete(output, recursive: true);
    }
}
