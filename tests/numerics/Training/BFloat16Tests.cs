using LoraMesh.Model;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace LoraMesh.NumericsTests.Training;

/// <summary>Training in bfloat16 against float32: the same loss and the same direction, within what eight bits allow.</summary>
public sealed class BFloat16Tests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("llama-tied", 0)]
    [InlineData("mistral-swa", 0)]
    [InlineData("qwen2", 0.1)]
    [InlineData("qwen3", 0)]
    [InlineData("gemma2", 0)]
    [InlineData("phi3", 0)]
    public void AddGradients_InBFloat16_GoTheSameWay(string name, double dropout)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "golden", "models", name);
        using var exact = CausalLm.Load(folder);
        using var rounded = CausalLm.Load(folder, MatmulPrecision.BFloat16);
        var config = new LoraConfig { R = 4, LoraAlpha = 8, LoraDropout = dropout, TargetModules = ["all-linear"], InitLoraWeights = "false" };
        using var adapter = LoraAdapter.Create(config, exact, seed: 5);

        var (loss, gradients) = Measure(exact, adapter);
        var (roundedLoss, others) = Measure(rounded, adapter);

        double dot = gradients.Zip(others, (a, b) => (double)a * b).Sum(), own = Norm(gradients), other = Norm(others);
        log.WriteLine($"{name}: loss {loss:R} and {roundedLoss:R}, cosine {dot / own / other:R}, norms {own:R} and {other:R}");
        Assert.Equal(loss, roundedLoss, 5e-3 * loss);
        Assert.InRange(dot / own / other, 0.99, 1.0001);
        Assert.InRange(other / own, 0.97, 1.03);
    }

    private static (double Loss, float[] Gradients) Measure(CausalLm model, LoraAdapter adapter)
    {
        adapter.ZeroGradients();
        var random = new Random(3);
        long[] ids = [.. Enumerable.Range(0, 60).Select(_ => random.NextInt64(model.Config.VocabSize))];
        int[] labels = [.. ids.Select(id => (int)id)];
        var loss = SftObjective.AddGradients(model, adapter, new TokenBatch(ids, [24, 24, 12]), labels, 57, new PassOptions { DropoutSeed = 9 });
        return (loss, adapter.Gradients!.data<float>().ToArray());
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
