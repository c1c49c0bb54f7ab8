using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;

namespace LoraMesh.UnitTests.Hosting.Configuration;

public sealed class SweepYamlTests
{
    private static readonly TrainingConfig Base = new() { MaxSteps = 7, WarmupSteps = 2, EvalStrategy = "epoch", LrSchedulerKwargs = new LrSchedulerKwargs { NumCycles = 0.5 } };

    [Fact]
    public void Parse_OfAGrid_TriesEveryCombinationAndKeepsTheRest()
    {
        var sweep = SweepYaml.Parse("parameters:\n  r: {values: [4, 8]}\n  learning_rate: {values: [1e-4, 2e-3]}\n  target_modules: {values: [all-linear, [q_proj, v_proj]]}\n", Base);

        Assert.True(sweep.StopsByMedian);
        Assert.Equal(8, sweep.Trials.Count);
        Assert.Equal(Enumerable.Range(1, 8), sweep.Trials.Select(trial => trial.Number));
        Assert.Equivalent(Base with { R = 4, LearningRate = 1e-4 }, sweep.Trials[0].Config, strict: true);
        Assert.Equivalent(Base with { R = 8, LearningRate = 2e-3, TargetModules = ["q_proj", "v_proj"] }, sweep.Trials[^1].Config, strict: true);
        Assert.Equal("[q_proj, v_proj]", sweep.Trials[^1].Values["target_modules"]);
    }

    [Fact]
    public void Parse_OfARandomSearch_DrawsWithinBoundsAndAlwaysTheSame()
    {
        const string Text = "method: random\nrun_cap: 50\nearly_terminate: none\nparameters:\n  learning_rate: {min: 1e-5, max: 1e-2, distribution: log_uniform_values}\n  lora_dropout: {min: 0.0, max: 0.2}\n  r: {min: 4, max: 6}\n  use_rslora: {values: [true, false]}\n";

        var sweep = SweepYaml.Parse(Text, Base);

        Assert.False(sweep.StopsByMedian);
        Assert.Equal(50, sweep.Trials.Count);
        Assert.All(sweep.Trials, trial => Assert.InRange(trial.Config.LearningRate, 1e-5, 1e-2));
        // By logarithms, a third of the draws lies in each power of ten.
        Assert.InRange(sweep.Trials.Count(trial => trial.Config.LearningRate < 1e-4), 8, 26);
        Assert.Equal([4, 5, 6], sweep.Trials.Select(trial => trial.Config.R).Distinct().Order());
        Assert.Equal(2, sweep.Trials.Select(trial => trial.Config.UseRslora).Distinct().Count());
        Assert.Equal(sweep.Trials.Select(trial => trial.Config.LearningRate), SweepYaml.Parse(Text, Base).Trials.Select(trial => trial.Config.LearningRate));
        Assert.NotEqual(sweep.Trials.Select(trial => trial.Config.LearningRate), SweepYaml.Parse("seed: 1\n" + Text, Base).Trials.Select(trial => trial.Config.LearningRate));
    }

    [Theory]
    [InlineData("parameters: {}", "keys of training, each with 'values")]
    [InlineData("parameters:\n  r: 4", "(at 'r')")]
    [InlineData("parameters:\n  r: {min: 1, max: 4}", "(at 'r')")]
    [InlineData("method: random\nparameters:\n  r: {values: [1, 2]}", "run_cap must say")]
    [InlineData("method: random\nrun_cap: 2\nparameters:\n  r: {min: 4, max: 1}", "(at 'r')")]
    [InlineData("method: random\nrun_cap: 2\nparameters:\n  learning_rate: {min: 0, max: 1, distribution: log_uniform_values}", "(at 'learning_rate')")]
    [InlineData("method: bayes\nparameters:\n  r: {values: [4]}", "expected one of grid, random")]
    [InlineData("parameters:\n  rank: {values: [4]}", "in trial 1 (rank 4): there is no key 'rank'")]
    [InlineData("parameters:\n  r: {values: [4, 9999]}", "in trial 2 (r 9999): found '9999', expected a whole number from 1 to 512")]
    public void Parse_OfAWrongSearch_SaysWhatAndWhere(string text, string expected)
    {
        var problems = Assert.Throws<ProjectConfigException>(() => SweepYaml.Parse(text, Base)).Problems;

        Assert.Contains(problems, problem => problem.Message.Contains(expected, StringComparison.Ordinal));
    }
}
