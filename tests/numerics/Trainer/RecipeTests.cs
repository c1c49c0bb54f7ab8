using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Trainer;
using LoraMesh.Trainer.Training;

namespace LoraMesh.NumericsTests.Trainer;

/// <summary>Whole trainings against transformers' Trainer: batching, epochs, rates, clipping and decay as one.</summary>
public sealed class RecipeTests
{
    [Theory]
    [InlineData("pissa-llama")]
    [InlineData("pissa-rslora-qwen2")]
    [InlineData("olora-mistral")]
    [InlineData("olora-llama-tied")]
    public async Task Training_FromAStartWithoutChance_FollowsTrainer(string name)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "golden");
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(golden, "recipes", name + ".json")));
        var recipe = file.RootElement;
        var config = recipe.GetProperty("settings").Deserialize<TrainingConfig>(ContractsJson.Options)! with { Shuffle = false, LoraDropout = 0 };
        TokenRow[] rows = [.. recipe.GetProperty("rows").EnumerateArray().Select(row => new TokenRow(Ids(row.GetProperty("input_ids")), Ids(row.GetProperty("labels"))))];
        var shard = TokenShard.Of(rows, [.. rows.Select((_, row) => (int[])[row])]);
        var output = Path.Combine(Directory.CreateTempSubdirectory("loramesh-test-").FullName, "adapter");
        var training = new FolderTraining(Path.Combine(golden, "models", recipe.GetProperty("base").GetString()!), new SupervisedData(shard, config), config, initialAdapter: null);

        var steps = await training.RunAsync(output, "made by a test.", _ => { }, CancellationToken.None);

        var expected = recipe.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(expected.Count, steps.Count);
        foreach (var (step, wanted) in steps.Zip(expected))
        {
            Assert.Equal(wanted.GetProperty("learning_rate").GetDouble(), step.LearningRate, 1e-15);
            Assert.InRange(Math.Abs(wanted.GetProperty("loss").GetDouble() - step.Loss), 0, 1e-4); // float32 against float32, absolute; signs of singular vectors cancel
            Assert.InRange(Math.Abs((wanted.GetProperty("grad_norm").GetDouble() / step.GradNorm) - 1), 0, 1e-3);
        }

        Directory.Delete(Path.GetDirectoryName(output)!, recursive: true);

        static int[] Ids(JsonElement list) => [.. list.EnumerateArray().Select(id => id.GetInt32())];
    }
}
