using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Model;

public sealed class FamilyGradientTests
{
    // Relative to the largest logit, float32: sums of up to 40 products in another order.
    private const double LogitTolerance = 2e-5;

    // Relative to the largest entry of each matrix, float32, through two layers and back.
    private const double GradientTolerance = 1e-4;

    public static TheoryData<string> Cases { get; } =
    [
        "gemma2-capped", "gemma3-two-ropes", "llama-biased-yarn", "mistral-window", "phi3-partial-longrope", "qwen2-layers", "qwen3-biased",
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_PaddedRows_EqualTransformers(string name)
    {
        var golden = Open(name);
        using var model = CausalLm.Load(golden.Folder);
        var (batch, _, real) = golden.Unpad();
        var vocabulary = model.Config.VocabSize;

        using var logits = model.Logits(
            new TokenBatch(batch.Ids, batch.SegmentLengths) { PaddedLength = (int)golden.Shape("input_ids")[1] }, adapter: null);

        var expected = golden.Floats("logits");
        var wanted = real.SelectMany(row => expected.AsSpan(row * vocabulary, vocabulary).ToArray()).ToArray();
        Assert.InRange(Golden.RelativeDifference(logits.data<float>().ToArray(), wanted), 0, LogitTolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AddGradients_EveryAdapterMatrix_EqualsAutograd(string name)
    {
        var golden = Open(name);
        using var model = CausalLm.Load(golden.Folder);
        using var adapter = LoraAdapter.LoadTrainable(golden.Folder, model.Config);
        adapter.ZeroGradients();
        var (batch, labels, _) = golden.Unpad();

        var loss = SftObjective.AddGradients(model, adapter, batch, labels, SftObjective.SupervisedTokens(batch, labels));

        var wanted = golden.Floats("loss")[0];
        Assert.InRange(Math.Abs(loss - wanted) / wanted, 0, 1e-5);
        var gradients = adapter.Gradients!.data<float>().ToArray();
        var offset = 0;
        foreach (var matrix in ModuleMap.Linears(model.Config).SelectMany(linear => (string[])[$"{linear.Path}.lora_A", $"{linear.Path}.lora_B"]))
        {
            var expected = golden.Floats($"grad:base_model.model.{matrix}.weight");
            var difference = Golden.RelativeDifference(gradients.AsSpan(offset, expected.Length), expected);
            Assert.True(difference <= GradientTolerance, $"{matrix} differs by {difference:e1}");
            offset += expected.Length;
        }

        Assert.Equal(gradients.Length, offset);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_TokenByToken_EqualsWholeSequence(string name)
    {
        var golden = Open(name);
        using var model = CausalLm.Load(golden.Folder);
        var ids = golden.Longs("input_ids")[..(int)golden.Shape("input_ids")[1]];
        using var whole = model.Logits(new TokenBatch(ids, [ids.Length]), adapter: null);
        var expected = whole.data<float>().ToArray()[^model.Config.VocabSize..];
        using var session = new DecoderSession(model, adapter: null);
        var logits = new float[model.Config.VocabSize];

        foreach (var id in ids)
        {
            model.Step([session], [(int)id], logits);
        }

        Assert.InRange(Golden.RelativeDifference(logits, expected), 0, LogitTolerance);
    }

    private static Golden Open(string name) => new($"families/{name}", figures: "config.json");
}
