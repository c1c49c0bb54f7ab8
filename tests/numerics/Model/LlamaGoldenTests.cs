using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Model;

public sealed class LlamaGoldenTests
{
    // Absolute, float32: the oracle's own rounding against float64 reaches about 1e-5 here.
    private const double LogitTolerance = 2e-4;

    [Theory]
    [InlineData("llama-tied")]
    [InlineData("llama-untied")]
    [InlineData("llama-rope3-headdim")]
    [InlineData("llama-bf16")]
    public void Logits_WholeSequences_EqualTransformers(string name)
    {
        var golden = new Golden($"models/{name}");
        using var model = CausalLm.Load(golden.Folder);
        var (batch, labels, real) = golden.Unpad();

        using var logits = model.Logits(batch, adapter: null);

        var expected = golden.Floats("logits");
        var vocabulary = model.Config.VocabSize;
        var wanted = real.SelectMany(index => expected.AsSpan(index * vocabulary, vocabulary).ToArray()).ToArray();
        Assert.InRange(Golden.MaxDifference(logits.data<float>().ToArray(), wanted), 0, LogitTolerance);
        var loss = SftObjective.LossSum(model, null, batch, labels) / SftObjective.SupervisedTokens(batch, labels);
        var expectedLoss = golden.Figures.GetProperty("loss").GetDouble();
        Assert.InRange(Math.Abs(loss - expectedLoss) / expectedLoss, 0, 1e-5);
    }

    [Theory]
    [InlineData("llama-tied")]
    [InlineData("llama-untied")]
    [InlineData("llama-rope3-headdim")]
    [InlineData("llama-bf16")]
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
            model.Prefill(sessions[row], prompts[row]).CopyTo(logits, row * vocabulary);
        }

        for (var step = 0; step < steps; step++)
        {
            var next = new int[prompts.Length];
            for (var row = 0; row < prompts.Length; row++)
            {
                var found = logits.AsSpan(row * vocabulary, vocabulary);
                Assert.InRange(Golden.MaxDifference(found, expectedLogits.AsSpan((row * steps + step) * vocabulary, vocabulary)), 0, LogitTolerance);
                next[row] = found.IndexOf(Highest(found));
                Assert.Equal(expectedIds[row * steps + step], next[row]);
            }

            model.Step(sessions, next, logits);
        }

        Array.ForEach(sessions, session => session.Dispose());
    }

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
