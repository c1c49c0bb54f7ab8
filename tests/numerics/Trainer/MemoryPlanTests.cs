using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>How trainings are fitted into memory.</summary>
public sealed class MemoryPlanTests
{
    private static readonly TrainingConfig Config = new() { R = 4, LoraDropout = 0, MaxSteps = 2, Shuffle = false, TokensPerBatch = 1024, WarmupRatio = 0 };

    [Fact]
    public void Make_LessAndLessMemory_ComputesAgainThenSplitsThenRefuses()
    {
        using var model = CausalLm.Load(Shards.Model);
        using var adapter = LoraAdapter.Create(new LoraConfig { R = 4, LoraAlpha = 8, TargetModules = ["all-linear"] }, model, 1);
        var data = new SupervisedData(Shards.FromGolden(rows: 8, rowsPerPack: 8), Config);
        List<MemoryPlan> plans = [];
        var refusal = Assert.Throws<TrainingFailedException>((Action)TryLessAndLess);

        Assert.Equal((1, 0), (plans[0].Split, plans[0].CheckpointedLayers));
        Assert.Contains(plans, plan => plan is { Split: 1, CheckpointedLayers: > 0 });
        Assert.Contains(plans, plan => plan.Split > 1);
        Assert.Equal(plans.OrderByDescending(plan => plan.Bytes), plans);
        Assert.Equal("memory_too_small", refusal.Code);
        Assert.Contains("bf16: true", refusal.Message, StringComparison.Ordinal);
        var never = Assert.Throws<TrainingFailedException>(() => MemoryPlan.Make(Config with { GradientCheckpointing = false }, model, adapter, data, 0, budget: 1, leastSplit: 1));
        Assert.Contains("remove gradient_checkpointing: false", never.Message, StringComparison.Ordinal);

        void TryLessAndLess()
        {
            for (var budget = long.MaxValue; ; budget = plans[^1].Bytes - 1)
            {
                plans.Add(MemoryPlan.Make(Config, model, adapter, data, resident: 0, budget, leastSplit: 1));
            }
        }
    }

    [Fact]
    public void Next_InAsManyPartsAsBeforeAnInterruption_GivesTheLossAndGradientsOfTheWhole()
    {
        using var whole = Run(resumeFrom: null);
        var start = whole.Capture();
        using var parts = Run(start with { Split = 4 });

        var (expected, found) = (whole.Next(), parts.Next());

        Assert.Equal((1, 4), (whole.Memory.Split, parts.Memory.Split));
        Assert.Equal(4, parts.Capture().Split);
        // float32; the order of sums differs, nothing else.
        Assert.Equal(expected.Loss, found.Loss, 1e-6 * expected.Loss);
        var (moment, other) = (whole.Capture().FirstMoment, parts.Capture().FirstMoment);
        Assert.InRange(Golden.MaxDifference(moment, other) / moment.Max(Math.Abs), 0, 1e-5);
        Assert.NotEqual(moment, other);
    }

    [Fact]
    public void Next_OfPairsInParts_GivesTheLossAndGradientsOfTheWhole()
    {
        var config = Config with { PerDeviceTrainBatchSize = 4 };
        var shard = Shards.FromGolden(rows: 8, rowsPerPack: 1);
        PreferencePair[] pairs = [.. Enumerable.Range(0, 4).Select(pair => new PreferencePair(Row(shard, 2 * pair), Row(shard, 2 * pair + 1)))];
        using var model = CausalLm.Load(Shards.Model);
        using var adapter = LoraAdapter.Create(new LoraConfig { R = 4, LoraAlpha = 8, TargetModules = ["all-linear"], InitLoraWeights = "false" }, model, 1);
        var data = new PreferenceData(pairs, config);

        var (whole, wholeGradients) = Measure(split: 1);
        var (parts, partGradients) = Measure(split: 4);

        Assert.Equal(whole.Loss, parts.Loss, 1e-6);
        Assert.Equal(whole.Preferences!.Policy, parts.Preferences!.Policy.Select((value, index) => Math.Abs(value - whole.Preferences.Policy[index]) < 1e-4 ? whole.Preferences.Policy[index] : value));
        Assert.InRange(Golden.MaxDifference(wholeGradients, partGradients) / wholeGradients.Max(Math.Abs), 0, 1e-5);

        (MicroReport, float[]) Measure(int split)
        {
            adapter.ZeroGradients();
            var report = data.AddGradients(model, adapter, [0, 1, 2, 3], 4, config, split, _ => PassOptions.Plain);
            return (report, adapter.Gradients!.data<float>().ToArray());
        }
    }

    private static TokenRow Row(TokenShard shard, int row) => new(shard.Ids(row).ToArray(), shard.RowLabels(row).ToArray());

    private static TrainingRun Run(TrainingState? resumeFrom) => new(Shards.Model, new SupervisedData(Shards.FromGolden(rows: 8, rowsPerPack: 8), Config), Config, "base", resumeFrom);
}
