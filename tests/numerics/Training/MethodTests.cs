using LoraMesh.Contracts;
using LoraMesh.Model;
using LoraMesh.Model.Decoder;
using LoraMesh.NumericsTests.Trainer;
using LoraMesh.Trainer.Training;
using static TorchSharp.torch;

namespace LoraMesh.NumericsTests.Training;

/// <summary>LoRA+, NEFTune and label smoothing against plain operations.</summary>
public sealed class MethodTests
{
    private static readonly TrainingConfig Config = new() { R = 4, LoraDropout = 0, MaxSteps = 1, LearningRate = 1e-3, WarmupRatio = 0, MaxGradNorm = 0, WeightDecay = 0.1 };

    [Fact]
    public void LoraPlus_FirstStep_MovesBAndVectorsByTheRatio()
    {
        var config = Config with { UseDora = true };
        var (start, plain) = Step(config);
        var (_, plus) = Step(config with { LoraplusLrRatio = 16 });
        using var model = CausalLm.Load(Shards.Model);
        using var adapter = LoraAdapter.Create(new LoraConfig { R = 4, LoraAlpha = 64, UseDora = true, TargetModules = ["all-linear"] }, model, config.Seed);
        var offset = 0;
        foreach (var slot in adapter.Layout.Slots)
        {
            var factor = slot.Part == AdapterPart.A ? 1 : 16;
            for (var i = offset; i < offset + slot.Count; i++)
            {
                // Adam's first step is the rate itself, decay included; float32 rounds the parameter that it is taken from.
                Assert.Equal(factor * (plain[i] - start[i]), plus[i] - start[i], 1e-6 * (1 + Math.Abs(start[i]) * factor));
            }

            offset += (int)slot.Count;
        }

        Assert.Equal(start.Length, offset);
    }

    [Fact]
    public void Noise_OfASeed_IsEvenWithinItsBoundAndAlwaysTheSame()
    {
        using var scope = NewDisposeScope();
        var noise = new NeftuneNoise(Seed: 3, Alpha: 5);
        var values = noise.Of([400, 100], channels: 64).data<float>().ToArray();

        foreach (var (part, length) in new[] { (values[..(400 * 64)], 400), (values[(400 * 64)..], 100) })
        {
            var bound = 5 / Math.Sqrt(length * 64.0);
            Assert.InRange(part.Max(Math.Abs), 0.99 * bound, bound);
            // Mean and variance of an even distribution, within five standard deviations.
            Assert.InRange(part.Average() / bound, -5 / Math.Sqrt(3.0 * part.Length), 5 / Math.Sqrt(3.0 * part.Length));
            Assert.InRange(part.Average(value => value * value) / (bound * bound), 1 / 3.0 - 5 * 0.3 / Math.Sqrt(part.Length), 1 / 3.0 + 5 * 0.3 / Math.Sqrt(part.Length));
        }

        Assert.Equal(values, noise.Of([400, 100], channels: 64).data<float>().ToArray());
        Assert.NotEqual(values, (noise with { Seed = 4 }).Of([400, 100], channels: 64).data<float>().ToArray());
    }

    [Fact]
    public void Noise_InTraining_IsAddedToTheEmbeddingsBeforeTheFirstLayer()
    {
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(Shards.Model);
        var batch = new TokenBatch([1, 2, 3, 4, 5], [3, 2]);
        var noise = new NeftuneNoise(Seed: 9, Alpha: 5);
        using var noisy = model.Transformer.Plan(batch, adapter: null, new PassOptions { Noise = noise });
        using var plain = model.Transformer.Plan(batch, adapter: null);
        using ForwardTape first = new(), second = new();
        model.Transformer.Forward(noisy, first);
        model.Transformer.Forward(plain, second);

        var added = first.Layers[0].Input! - second.Layers[0].Input!;

        Assert.InRange(Golden.MaxDifference(added.data<float>().ToArray(), noise.Of([3, 2], model.Config.HiddenSize).data<float>().ToArray()), 0, 1e-6);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void LabelSmoothing_LossAndGradient_EqualAutograd(double smoothing)
    {
        using var scope = NewDisposeScope();
        using var model = CausalLm.Load(Shards.Model);
        long[] ids = [5, 6, 7, 8, 9, 10];
        int[] labels = [-100, -100, 7, 8, 9, 10];
        var batch = new TokenBatch(ids, [6]);
        using var plan = model.Transformer.Plan(batch, adapter: null);
        var hidden = model.Transformer.Forward(plan, tape: null);
        var (rows, targets) = CrossEntropy.Supervised(batch, labels);
        double[] weights = [0.1, 0.2, 0.3, 0.4];

        var (loss, gradient) = CrossEntropy.Backward(hidden, model.Transformer.Head, plan, rows, targets, weights, smoothing);

        var leaf = hidden.detach().requires_grad_();
        var logits = nn.functional.linear(leaf.index_select(0, tensor(rows)), model.Transformer.Weights.Single(weight => weight.Name == "lm_head.weight").Value);
        var oracle = (nn.functional.cross_entropy(logits, tensor(targets), reduction: nn.Reduction.None, label_smoothing: smoothing) * tensor(weights, ScalarType.Float32)).sum();
        oracle.backward();
        Assert.Equal(oracle.item<float>(), loss, 1e-5);
        Assert.InRange(Golden.MaxDifference(gradient.data<float>().ToArray(), leaf.grad!.data<float>().ToArray()), 0, 1e-6);
    }

    private static (float[] Start, float[] After) Step(TrainingConfig config)
    {
        using var run = new TrainingRun(Shards.Model, new SupervisedData(Shards.FromGolden(4, 2), config), config, "base");
        var start = run.Capture().Parameters;
        run.Next();
        return (start, run.Capture().Parameters);
    }
}
