using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>Rows that are measured while training.</summary>
public sealed class HeldOutTests
{
    private static readonly TrainingConfig Config = new()
    {
        R = 4, LearningRate = 2e-2, NumTrainEpochs = 3, LoraDropout = 0.1, GradientAccumulationSteps = 2, EvalStrategy = "steps", EvalSteps = 2, ValSetSize = 0.25,
        LoadBestModelAtEnd = true, NeftuneNoiseAlpha = 5, LoraplusLrRatio = 16,
    };

    [Fact]
    public void Choose_Rows_KeepsThoseOfOnePromptTogether()
    {
        // Ten prompts of two tokens, each with four answers.
        TokenRow[] rows = [.. Enumerable.Range(0, 40).Select(row => new TokenRow([row % 10, 5, row], [-100, -100, row]))];

        var chosen = HeldOut.Choose(rows.Length, row => rows[row], Config);

        Assert.Equal(12, chosen.Count);
        Assert.Equal(3, chosen.Select(row => row % 10).Distinct().Count());
        Assert.Equal(chosen.Order(), HeldOut.Choose(rows.Length, row => rows[row], Config).Order());
        Assert.NotEqual(chosen.Order(), HeldOut.Choose(rows.Length, row => rows[row], Config with { Seed = 1 }).Order());
    }

    [Fact]
    public void Choose_OnePromptOnly_IsRefused()
    {
        var problem = Assert.Throws<TrainingFailedException>(() => HeldOut.Choose(4, row => new TokenRow([1, 2, row], [-100, -100, row]), Config));

        Assert.Equal("too_few_rows", problem.Code);
    }

    [Fact]
    public void Next_WhereItIsDue_MeasuresRowsThatAreNotTrainedOn()
    {
        var data = Data();
        using var run = new TrainingRun(Shards.Model, data, Config, "base");

        var steps = Enumerable.Range(0, 4).Select(_ => run.Next()).ToList();
        var folder = Directory.CreateTempSubdirectory("loramesh-test-").FullName;
        run.Save(folder);

        Assert.Equal([false, true, false, true], steps.Select(step => step.Eval is not null));
        Assert.Equal(steps.Where(step => step.Eval is not null).Min(step => step.Eval!.Loss), run.Best!.Metric);
        // Measured anew, row by row, under the adapter that was written: the best one.
        using var model = CausalLm.Load(Shards.Model);
        using var adapter = LoraAdapter.Load(folder, model.Config);
        var shard = Shards.FromGolden(rows: 12, rowsPerPack: 2);
        var chosen = HeldOut.Choose(12, row => new TokenRow(shard.Ids(row).ToArray(), shard.RowLabels(row).ToArray()), Config);
        double loss = 0;
        var tokens = 0;
        foreach (var row in chosen)
        {
            var (batch, labels) = RowBatch.Of([new TokenRow(shard.Ids(row).ToArray(), shard.RowLabels(row).ToArray())]);
            loss += SftObjective.LossSum(model, adapter, batch, labels);
            tokens += SftObjective.SupervisedTokens(batch, labels);
        }

        Assert.Equal(3, chosen.Count);
        Assert.Equal(run.Best.Metric, loss / tokens, 1e-5); // float32, other order of sums
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Next_ResumedAtAnyStep_EndsInTheSameBytesAndTheSameChoice(int interruptedAt)
    {
        var (expected, whole) = Train(resumeFrom: null, steps: int.MaxValue);
        var (stopped, first) = Train(resumeFrom: null, interruptedAt);
        var (found, rest) = Train(stopped, steps: int.MaxValue);

        Assert.Equal(expected.Parameters, found.Parameters);
        Assert.Equal(expected.SecondMoment, found.SecondMoment);
        Assert.Equal((expected.Best!.Step, expected.Best.Metric, expected.EvaluationsWithoutGain), (found.Best!.Step, found.Best.Metric, found.EvaluationsWithoutGain));
        Assert.Equal(expected.Best.Parameters, found.Best.Parameters);
        Assert.Equal(whole, first.Concat(rest));
    }

    [Fact]
    public void Next_NoGainWithinThePatience_EndsEarly()
    {
        using var run = new TrainingRun(Shards.Model, Data(), Config with { EvalSteps = 1, EarlyStoppingPatience = 2, EarlyStoppingThreshold = 1000 }, "base");
        var steps = 0;
        while (!run.IsDone)
        {
            run.Next();
            steps++;
        }

        Assert.Equal(3, steps);
        Assert.True(run.TotalSteps > 3);
    }

    private static SupervisedData Data() => new(Shards.FromGolden(rows: 12, rowsPerPack: 2), Config);

    private static (TrainingState State, List<string> Steps) Train(TrainingState? resumeFrom, int steps)
    {
        using var run = new TrainingRun(Shards.Model, Data(), Config, "base", resumeFrom);
        var lines = new List<string>();
        while (!run.IsDone && lines.Count < steps)
        {
            lines.Add(run.Next().ToJson());
        }

        return (run.Capture(), lines);
    }
}
