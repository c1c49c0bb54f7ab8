using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>The path of <c>loramesh train</c> against PEFT's own training.</summary>
public sealed class FolderTrainingTests
{
    private static readonly TrainingConfig Config = new()
    {
        LearningRate = 0.01,
        WarmupSteps = 4,
        MaxSteps = 20,
        PerDeviceTrainBatchSize = 2,
        GradientAccumulationSteps = 2,
        WeightDecay = 0.01,
        Shuffle = false,
    };

    [Theory]
    [InlineData("plain-llama")]
    [InlineData("rslora-llama")]
    [InlineData("dora-llama")]
    [InlineData("pattern-llama")]
    [InlineData("plain-qwen2")]
    [InlineData("dora-rslora-qwen2")]
    [InlineData("modules-llama")]
    [InlineData("embed-llama")]
    [InlineData("plain-phi3")]
    public async Task RunAsync_GoldenRows_FollowsPeft(string name)
    {
        var golden = new Golden($"lora/{name}/train", "data.safetensors", "trajectory.json");
        var folder = Path.Combine(golden.Folder, "..");
        var baseFolder = Path.Combine(folder, "..", "..", new Golden($"lora/{name}").Figures.GetProperty("base").GetString()!);
        var output = Path.Combine(Directory.CreateTempSubdirectory("loramesh-test-").FullName, "adapter");
        var config = Recipe(golden.Figures);
        var data = new SupervisedData(Shards.FromGolden(rows: 80, rowsPerPack: 1, name), config);
        var training = new FolderTraining(baseFolder, data, config, Path.Combine(folder, "init"));

        var steps = await training.RunAsync(output, "made by a test.", _ => { }, CancellationToken.None);

        var expected = golden.Figures.GetProperty("trajectory").EnumerateArray().ToList();
        Assert.Equal(expected.Count, steps.Count);
        foreach (var (step, wanted) in steps.Zip(expected))
        {
            Assert.Equal(wanted.GetProperty("lr").GetDouble(), step.LearningRate, 1e-15);
            Assert.Equal(wanted.GetProperty("num_items").GetInt32(), step.NumItems);
            Assert.InRange(Math.Abs(wanted.GetProperty("loss").GetDouble() - step.Loss), 0, 1e-4); // float32 against float32, absolute
        }

        using var model = CausalLm.Load(baseFolder);
        using var found = LoraAdapter.Load(output, model.Config);
        using var final = LoraAdapter.Load(Path.Combine(golden.Folder, "final"), model.Config);
        // The oracle drifts by 1.1e-4 itself when base weights move by one part in 1e7.
        Assert.InRange(Golden.MaxDifference(found.Parameters.data<float>().ToArray(), final.Parameters.data<float>().ToArray()), 0, 1e-3);
        Assert.Equal(20, File.ReadLines(Path.Combine(output, "metrics.jsonl")).Count());
        Directory.Delete(Path.GetDirectoryName(output)!, recursive: true);
    }

    [Fact]
    public async Task RunAsync_Interrupted_LeavesNothing()
    {
        var parent = Directory.CreateTempSubdirectory("loramesh-test-").FullName;
        using var interruption = new CancellationTokenSource();
        var training = new FolderTraining(Shards.Model, new SupervisedData(Shards.FromGolden(8, 1), Config), Config, initialAdapter: null);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => training.RunAsync(Path.Combine(parent, "adapter"), "made by a test.", _ => interruption.Cancel(), interruption.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(parent));
        Directory.Delete(parent);
    }

    [Fact]
    public void Constructor_IdOutsideOfTheVocabulary_IsRefused()
    {
        var shard = TokenShard.Of([new TokenRow([1, 2, 999_999], [-100, 2, 999_999])], [[0]]);

        var problem = Assert.Throws<TrainingFailedException>(() => new TrainingRun(Shards.Model, new SupervisedData(shard, Config), Config, "base"));

        Assert.Equal("id_outside_of_vocabulary", problem.Code);
    }

    [Fact]
    public void Constructor_VariantThatIsNotBuilt_IsRefusedByName()
    {
        var config = Config with { EnsureWeightTying = true };

        var problem = Assert.Throws<TrainingFailedException>(() => new TrainingRun(Shards.Model, new SupervisedData(Shards.FromGolden(4, 1), config), config, "base"));

        Assert.Contains("ensure_weight_tying", problem.Message, StringComparison.Ordinal);
    }

    private static TrainingConfig Recipe(JsonElement golden) => Config with
    {
        LearningRate = golden.GetProperty("lr").GetDouble(),
        WarmupSteps = golden.GetProperty("warmup_steps").GetInt32(),
        MaxSteps = golden.GetProperty("steps").GetInt32(),
        PerDeviceTrainBatchSize = golden.GetProperty("micro_batch")[0].GetInt32(),
        GradientAccumulationSteps = golden.GetProperty("gradient_accumulation").GetInt32(),
        AdamBeta1 = golden.GetProperty("betas")[0].GetDouble(),
        AdamBeta2 = golden.GetProperty("betas")[1].GetDouble(),
        AdamEpsilon = golden.GetProperty("eps").GetDouble(),
        WeightDecay = golden.GetProperty("weight_decay").GetDouble(),
        MaxGradNorm = golden.GetProperty("max_grad_norm").GetDouble(),
    };
}
