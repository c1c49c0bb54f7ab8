using LoraMesh.Contracts;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>Choices as transformers' Trainer and EarlyStoppingCallback make them.</summary>
public sealed class SelectionTests
{
    [Theory]
    [InlineData("steps", 3.0, new[] { 3, 6, 9, 10 })]
    [InlineData("steps", 0.25, new[] { 3, 6, 9, 10 })]
    [InlineData("epoch", null, new[] { 4, 8, 10 })]
    [InlineData(null, null, new int[0])]
    public void IsDue_ByStrategy_AndAfterTheLastStep(string? strategy, double? every, int[] due)
    {
        var selection = new Selection(new TrainingConfig { EvalStrategy = strategy, EvalSteps = every }, stepsPerEpoch: 4, totalSteps: 10);

        Assert.Equal(due, Enumerable.Range(1, 10).Where(selection.IsDue));
    }

    [Fact]
    public void Judge_LossesThatStopFalling_EndAfterThePatience()
    {
        var selection = Of(new TrainingConfig { EarlyStoppingPatience = 2, LoadBestModelAtEnd = true }, 3, 2, 2.5, 2);

        Assert.True(selection.EndsEarly);
        Assert.Equal((2, 2.0), (selection.Best!.Step, selection.Best.Metric));
        Assert.Equal([2f], selection.Best.Parameters!);
    }

    [Fact]
    public void Judge_GainsBelowTheThreshold_DoNotCountButAreTheBest()
    {
        var selection = Of(new TrainingConfig { EarlyStoppingPatience = 2, EarlyStoppingThreshold = 0.5 }, 3, 2.9, 2.8);

        Assert.True(selection.EndsEarly);
        Assert.Equal(3, selection.Best!.Step);
        Assert.Null(selection.Best.Parameters);
    }

    [Fact]
    public void Judge_AnAccuracy_IsBetterWhenHigher()
    {
        var selection = new Selection(new TrainingConfig { EvalStrategy = "epoch", MetricForBestModel = "eval_mean_token_accuracy" }, 1, 10);
        selection.Judge(1, new Measurement(1, 0.5), () => []);
        selection.Judge(2, new Measurement(2, 0.7), () => []);

        Assert.Equal(2, selection.Best!.Step);
        Assert.Equal(0, selection.WithoutGain);
    }

    [Fact]
    public void Judge_AFigureThatTheDataLack_NamesTheOthers()
    {
        var selection = new Selection(new TrainingConfig { EvalStrategy = "epoch", MetricForBestModel = "eval_rewards/margins" }, 1, 10);

        var problem = Assert.Throws<TrainingFailedException>(() => selection.Judge(1, new Measurement(1, 0.5), () => []));

        Assert.Contains("eval_mean_token_accuracy", problem.Message, StringComparison.Ordinal);
    }

    private static Selection Of(TrainingConfig config, params double[] losses)
    {
        var selection = new Selection(config with { EvalStrategy = "epoch" }, stepsPerEpoch: 1, totalSteps: 100);
        foreach (var (index, loss) in losses.Index())
        {
            Assert.False(selection.EndsEarly);
            selection.Judge(index + 1, new Measurement(loss), () => [index + 1]);
        }

        return selection;
    }
}
