using LoraMesh.Contracts;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>Trainings that are stopped, or whose figures cease to be numbers, end in the bytes of those that are not.</summary>
public sealed class NeverLostTests
{
    // 6 packs, 2 micro-batches a step, 3 epochs: 9 steps of 2.
    private static readonly TrainingConfig Config = new() { R = 4, LearningRate = 5e-3, NumTrainEpochs = 3, LoraDropout = 0.1, GradientAccumulationSteps = 2 };
    private static readonly MicroReport NoNumber = new(double.NaN, 1);

    [Fact]
    public void Next_CancelledInMidAccumulation_StandsBeforeTheStepAndGoesOnToTheSameBytes()
    {
        using var interruption = new CancellationTokenSource();
        var expected = Finish(Data(), resumeFrom: null);
        var stopping = new FailingData(Data(), call: 9, () =>
        {
            interruption.Cancel();
            throw new OperationCanceledException(interruption.Token);
        });
        TrainingState stopped;
        using (var run = Run(stopping, resumeFrom: null))
        {
            Assert.Throws<OperationCanceledException>(() => Finish(run, interruption.Token));
            stopped = run.Capture();
        }

        Assert.Equal(4, stopped.Step);
        AssertSame(expected, Finish(Data(), stopped));
    }

    [Fact]
    public void Next_CancelledBeforeALayer_AddsNothing()
    {
        using var interruption = new CancellationTokenSource();
        using var run = Run(Data(), resumeFrom: null);
        var before = run.Capture();
        interruption.Cancel();

        Assert.Throws<OperationCanceledException>(() => run.Next(interruption.Token));

        AssertSame(before, run.Capture());
    }

    [Fact]
    public void Next_LossIsNoNumberOnce_GoesBackAndOnAtALowerRate()
    {
        using var run = Run(new FailingData(Data(), call: 15, () => NoNumber), resumeFrom: null);
        var steps = Finish(run, CancellationToken.None);

        // Step 7 fails and the training goes on from step 6, the newest that is known to be good.
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 7, 8, 9], steps.Select(step => step.Step));
        Assert.Null(steps[6].WentBackFrom);
        Assert.All(steps.Skip(7), step => Assert.Equal(7, step.WentBackFrom));
        Assert.Equal(0.25 * steps[6].LearningRate, steps[7].LearningRate);
        Assert.Equal(steps[6].Loss, steps[7].Loss);
    }

    [Theory]
    [InlineData(3, 9)]
    [InlineData(6, 3)]
    [InlineData(7, 1)]
    public void Next_StoppedBeforeItGoesBack_EndsInTheSameBytes(int stoppedAfter, int callsLeft)
    {
        var expected = Finish(new FailingData(Data(), call: 15, () => NoNumber), resumeFrom: null);

        var stopped = FinishFirst(Data(), resumeFrom: null, stoppedAfter);

        AssertSame(expected, Finish(new FailingData(Data(), callsLeft, () => NoNumber), stopped));
    }

    [Fact]
    public void Next_StoppedAfterItWentBack_EndsInTheSameBytes()
    {
        var expected = Finish(new FailingData(Data(), call: 15, () => NoNumber), resumeFrom: null);

        var stopped = FinishFirst(new FailingData(Data(), call: 15, () => NoNumber), resumeFrom: null, reports: 9);

        Assert.Equal((8, 0.25), (stopped.Step, stopped.RateFactor));
        AssertSame(expected, Finish(Data(), stopped));
    }

    [Fact]
    public void Next_NoNumberAgainAfterGoingBack_SaysSo()
    {
        var twice = new FailingData(new FailingData(Data(), call: 15, () => NoNumber), call: 17, () => NoNumber);
        using var run = Run(twice, resumeFrom: null);

        var problem = Assert.Throws<TrainingFailedException>(() => Finish(run, CancellationToken.None));

        Assert.Equal("loss_not_finite", problem.Code);
        Assert.Contains("gone back from step 8", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_FirstStepIsNoNumber_BlamesModelOrData()
    {
        using var run = Run(new FailingData(Data(), call: 0, () => NoNumber), resumeFrom: null);

        var problem = Assert.Throws<TrainingFailedException>(() => run.Next());

        Assert.Contains("first step", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_CheckpointOfOtherData_IsRefused()
    {
        var state = FinishFirst(Data(), resumeFrom: null, reports: 2);
        var other = new SupervisedData(Shards.FromGolden(rows: 12, rowsPerPack: 3), Config);

        var problem = Assert.Throws<InvalidDataException>(() => Run(other, state));

        Assert.Contains("SHA-256", problem.Message, StringComparison.Ordinal);
    }

    private static SupervisedData Data() => new(Shards.FromGolden(rows: 12, rowsPerPack: 2), Config);

    private static TrainingRun Run(TrainingData data, TrainingState? resumeFrom) => new(Shards.Model, data, Config, "base", resumeFrom);

    private static List<StepReport> Finish(TrainingRun run, CancellationToken cancellationToken)
    {
        var steps = new List<StepReport>();
        while (!run.IsDone)
        {
            steps.Add(run.Next(cancellationToken));
        }

        return steps;
    }

    private static TrainingState Finish(TrainingData data, TrainingState? resumeFrom)
    {
        using var run = Run(data, resumeFrom);
        Finish(run, CancellationToken.None);
        return run.Capture();
    }

    private static TrainingState FinishFirst(TrainingData data, TrainingState? resumeFrom, int reports)
    {
        using var run = Run(data, resumeFrom);
        for (var report = 0; report < reports; report++)
        {
            run.Next();
        }

        return run.Capture();
    }

    private static void AssertSame(TrainingState expected, TrainingState found)
    {
        Assert.Equal(expected.Step, found.Step);
        Assert.Equal(expected.Parameters, found.Parameters);
        Assert.Equal(expected.FirstMoment, found.FirstMoment);
        Assert.Equal(expected.SecondMoment, found.SecondMoment);
        Assert.Equal((expected.RateFactor, expected.WentBackFrom, expected.DataSha256), (found.RateFactor, found.WentBackFrom, found.DataSha256));
    }
}
