using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.NumericsTests.Trainer;

namespace LoraMesh.NumericsTests.Training;

/// <summary>Layers that are computed again on the way back give the same bits.</summary>
public sealed class CheckpointingTests
{
    [Theory]
    [InlineData("llama-untied", MatmulPrecision.Exact)]
    [InlineData("llama-untied", MatmulPrecision.BFloat16)]
    [InlineData("qwen2-tied", MatmulPrecision.Exact)]
    [InlineData("qwen2-tied", MatmulPrecision.BFloat16)]
    public void AddGradients_AnyNumberOfLayersAgain_GivesTheSameBits(string name, MatmulPrecision precision)
    {
        var folder = Path.Combine(Shards.Model, "..", name);
        using var model = CausalLm.Load(folder, precision);
        using var adapter = LoraAdapter.Create(new LoraConfig { R = 4, LoraAlpha = 8, LoraDropout = 0.2, TargetModules = ["all-linear"], InitLoraWeights = "false" }, model, 1);
        var (loss, gradients) = Measure(model, adapter, checkpointed: 0);

        for (var layers = 1; layers <= model.Config.NumHiddenLayers; layers++)
        {
            var (again, found) = Measure(model, adapter, layers);

            Assert.Equal(loss, again);
            Assert.Equal(gradients, found);
        }

        Assert.Contains(gradients, gradient => gradient != 0);
    }

    private static (double Loss, float[] Gradients) Measure(CausalLm model, LoraAdapter adapter, int checkpointed)
    {
        adapter.ZeroGradients();
        var random = new Random(3);
        long[] ids = [.. Enumerable.Range(0, 60).Select(_ => random.NextInt64(model.Config.VocabSize))];
        int[] labels = [.. ids.Select((id, index) => index % 3 == 0 ? TokenShard.IgnoreIndex : (int)id)];
        var loss = SftObjective.AddGradients(model, adapter, new TokenBatch(ids, [24, 24, 12]), labels, 57, new PassOptions { DropoutSeed = 9, CheckpointedLayers = checkpointed });
        return (loss, adapter.Gradients!.data<float>().ToArray());
    }
}
