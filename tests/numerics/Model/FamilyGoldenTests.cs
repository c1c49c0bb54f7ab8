using LoraMesh.Model;
using LoraMesh.Model.Decoder;
using static TorchSharp.torch;

namespace LoraMesh.NumericsTests.Model;

public sealed class FamilyGoldenTests
{
    // Relative to the largest logit, float32: the oracle's own rounding against float64 reaches about 2e-6 here.
    private const double LogitTolerance = 2e-5;

    // Relative to the largest entry of the layer, float32.
    private const double HiddenTolerance = 2e-5;

    public static TheoryData<string> Models { get; } =
    [
        "gemma2", "gemma3-text", "llama-bf16", "llama-rope3-headdim", "llama-tied", "llama-untied", "mistral-swa", "phi3",
        "phi3-longrope", "qwen2", "qwen2-tied", "qwen3",
    ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_WholeSequences_EqualTransformers(string name)
    {
        var golden = new Golden($"models/{name}");
        using var model = CausalLm.Load(golden.Folder);
        var (batch, labels, real) = golden.Unpad();

        using var logits = model.Logits(batch, adapter: null);

        var wanted = Rows(golden.Floats("logits"), model.Config.VocabSize, real);
        Assert.InRange(Golden.RelativeDifference(logits.data<float>().ToArray(), wanted), 0, LogitTolerance);
        var loss = SftObjective.LossSum(model, null, batch, labels) / SftObjective.SupervisedTokens(batch, labels);
        var expectedLoss = golden.Figures.GetProperty("loss").GetDouble();
        Assert.InRange(Math.Abs(loss - expectedLoss) / expectedLoss, 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Forward_EveryLayer_EqualsTransformers(string name)
    {
        var golden = new Golden($"models/{name}");
        using var model = CausalLm.Load(golden.Folder);
        var (batch, _, real) = golden.Unpad();
        using var noGradient = no_grad();
        using var plan = model.Transformer.Plan(batch, adapter: null);
        using var tape = new ForwardTape();

        using var last = model.Transformer.Forward(plan, tape);

        var expected = golden.Floats("hidden_states");
        var width = model.Config.HiddenSize;
        var perLayer = expected.Length / (tape.Layers.Count + 1);
        var found = tape.Layers.Select(layer => layer.Input!).Append(last).ToList();
        for (var layer = 0; layer < found.Count; layer++)
        {
            var wanted = Rows(expected.AsSpan(layer * perLayer, perLayer).ToArray(), width, real);
            Assert.InRange(Golden.RelativeDifference(found[layer].data<float>().ToArray(), wanted), 0, HiddenTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Step_GreedyFromCache_EqualsTransformers(string name)
    {
        var golden = new Golden($"models/{name}");
        using var model = CausalLm.Load(golden.Folder);
        var prompts = golden.Figures.GetProperty("greedy_prompts").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(id => id.GetInt32()).ToArray()).ToArray();
        var expectedIds = golden.Longs("greedy_ids");
        var expectedLogits = golden.Floats("greedy_logits");
        int vocabulary = model.Config.VocabSize, steps = expectedIds.Length / prompts.Length;
        var sessions = prompts.Select(_ => new DecoderSession(model, adapter: null)).ToArray();
        var logits = new float[prompts.Length * vocabulary];
        for (var row = 0; row < prompts.Length; row++)
        {
            // In two parts, so that new tokens meet cached ones on the way for several at once too.
            model.Prefill(sessions[row], prompts[row].AsSpan(0, 7));
            model.Prefill(sessions[row], prompts[row].AsSpan(7)).CopyTo(logits, row * vocabulary);
        }

        for (var step = 0; step < steps; step++)
        {
            var next = new int[prompts.Length];
            for (var row = 0; row < prompts.Length; row++)
            {
                var found = logits.AsSpan(row * vocabulary, vocabulary);
                var wanted = expectedLogits.AsSpan((row * steps + step) * vocabulary, vocabulary);
                Assert.InRange(Golden.RelativeDifference(found, wanted), 0, LogitTolerance);
                next[row] = found.IndexOf(Highest(found));
                Assert.Equal(expectedIds[row * steps + step], next[row]);
            }

            model.Step(sessions, next, logits);
        }

        Array.ForEach(sessions, session => session.Dispose());
    }

    private static float[] Rows(float[] all, int width, int[] rows) => [.. rows.SelectMany(row => all.AsSpan(row * width, width).ToArray())];

    private static float Highest(ReadOnlySpan<float> values)
    {
        var highest = float.NegativeInfinity;
        foreach (var value in values)
        {
            highest = Math.Max(highest, value);
        }

        return highest;
    }
}
