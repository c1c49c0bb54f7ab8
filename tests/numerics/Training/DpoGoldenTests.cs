using System.Text.Json;
using LoraMesh.Model;

namespace LoraMesh.NumericsTests.Training;

public sealed class DpoGoldenTests
{
    [Theory]
    [InlineData("dpo-llama", "beta0.1")]
    [InlineData("dpo-llama", "beta0.1_smooth0.1")]
    [InlineData("dpo-llama", "beta0.5")]
    [InlineData("dpo-qwen2-dora", "beta0.1")]
    [InlineData("dpo-qwen2-dora", "beta0.1_smooth0.1")]
    [InlineData("dpo-qwen2-dora", "beta0.5")]
    public void AddGradients_Pairs_EqualTheReference(string name, string setting)
    {
        var golden = new Golden($"dpo/{name}");
        var expected = golden.Figures.GetProperty("results").GetProperty(setting);
        using var model = CausalLm.Load(Path.Combine(golden.Folder, "..", "..", golden.Figures.GetProperty("base").GetString()!));
        using var adapter = LoraAdapter.LoadTrainable(Path.Combine(golden.Folder, "..", "..", golden.Figures.GetProperty("adapter").GetString()!), model.Config);
        var (batch, labels, _) = golden.Unpad();
        var options = new DpoOptions { Beta = expected.GetProperty("beta").GetDouble(), LabelSmoothing = expected.GetProperty("label_smoothing").GetDouble() };

        var report = DpoObjective.AddGradients(model, adapter, batch, labels, options, pairs: 4);

        // float32 against float32; log-probabilities are sums of about twenty, each near -8.
        AssertNear(golden.Floats("policy_logps").Select(value => (double)value), report.Policy, 1e-4);
        AssertNear(golden.Floats("ref_logps").Select(value => (double)value), report.Reference, 1e-4);
        Assert.InRange(Math.Abs(report.Loss / expected.GetProperty("loss").GetDouble() - 1), 0, 1e-4);
        AssertNear(Numbers(expected, "rewards_chosen").Concat(Numbers(expected, "rewards_rejected")), report.Rewards, 1e-4);
        foreach (var (key, gradient) in GoldenGradients.Of(adapter))
        {
            var oracle = golden.Floats($"{setting}:grad:{key}");
            Assert.InRange(Golden.MaxDifference(gradient, oracle) / oracle.Max(Math.Abs), 0, 1e-4); // relative to the largest entry
        }
    }

    // By hand: with d = 0.7 and beta = 0.3, ln σ(0.21) = -0.593642...
    [Theory]
    [InlineData("sigmoid", 0.0, 0.7)]
    [InlineData("sigmoid", 0.2, -1.3)]
    [InlineData("hinge", 0.0, 0.7)]
    [InlineData("hinge", 0.0, 5.0)]
    [InlineData("ipo", 0.0, -0.4)]
    public void Of_EveryLoss_HasTheSlopeOfItsValues(string type, double smoothing, double margin)
    {
        var options = new DpoOptions { Beta = 0.3, LossType = type, LabelSmoothing = smoothing };
        const double Width = 1e-6;

        var numeric = (options.Of(margin + Width).Loss - options.Of(margin - Width).Loss) / (2 * Width);

        Assert.Equal(numeric, options.Of(margin).Slope, 1e-8); // Central difference, error near 1e-10.
        Assert.Equal(Written(type, smoothing, margin), options.Of(margin).Loss, 1e-12);
    }

    [Fact]
    public void Of_UnknownLoss_NamesTheBuiltOnes() => Assert.Contains(
        "loss_type is 'kto_pair'. Built: sigmoid, hinge, ipo",
        Assert.Throws<ArgumentException>(() => new DpoOptions { LossType = "kto_pair" }.Of(0)).Message,
        StringComparison.Ordinal);

    // The formulas as the papers write them.
    private static double Written(string type, double smoothing, double margin)
    {
        static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
        return type switch
        {
            "sigmoid" => -(1 - smoothing) * Math.Log(Sigmoid(0.3 * margin)) - smoothing * Math.Log(Sigmoid(-0.3 * margin)),
            "hinge" => Math.Max(0, 1 - 0.3 * margin),
            _ => Math.Pow(margin - 1 / 0.6, 2),
        };
    }

    private static IEnumerable<double> Numbers(JsonElement json, string key) => json.GetProperty(key).EnumerateArray().Select(value => value.GetDouble());

    private static void AssertNear(IEnumerable<double> expected, IReadOnlyList<double> found, double relative)
    {
        var wanted = expected.ToList();
        Assert.Equal(wanted.Count, found.Count);
        var largest = wanted.Max(Math.Abs);
        Assert.All(wanted.Zip(found), pair => Assert.InRange(Math.Abs(pair.First - pair.Second) / largest, 0, relative));
    }
}
