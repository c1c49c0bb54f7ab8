using LoraMesh.Formats;
using LoraMesh.Model;
using Xunit.Abstractions;

namespace LoraMesh.NumericsTests.Training;

/// <summary>Loss and gradients do not depend on how the rows of one accumulated batch are laid out.</summary>
public sealed class InvarianceTests(ITestOutputHelper log)
{
    // Sums of float32 in another order, relative to the largest entry of each tensor; 4e-7 to 8e-7 measured, and 1e-6 to 5e-6 where
    // few rows go through MKL and many through oneDNN (AMD's processors with AVX-512).
    private const double Tolerance = 1e-5;

    private const int Rows = 8;
    private const int Width = 32;

    [Theory]
    [InlineData("llama-tied")]
    [InlineData("qwen2")]
    [InlineData("gemma2")]
    [InlineData("phi3")]
    public void AddGradients_RowsInAnyLayout_AreEqual(string name)
    {
        using var model = CausalLm.Load(Path.Combine(AppContext.BaseDirectory, "golden", "models", name));
        var config = new LoraConfig { R = 4, LoraAlpha = 8, TargetModules = ["all-linear"], InitLoraWeights = "false" };
        using var adapter = LoraAdapter.Create(config, model, seed: 5);
        var rows = SomeRows(model.Config.VocabSize);
        var padded = rows.Select(row => new Row([.. row.Ids, .. new long[Width - row.Ids.Length]], [.. row.Labels, .. Enumerable.Repeat(TokenShard.IgnoreIndex, Width - row.Ids.Length)])).ToList();

        var (loss, gradients) = Measure(model, adapter, rows, [[0], [1], [2], [3], [4], [5], [6], [7]]);

        double worst = 0;
        var layouts = new (string Name, IReadOnlyList<Row> Rows, int[][] Micros)[]
        {
            ("together", rows, [[0, 1, 2, 3, 4, 5, 6, 7]]),
            ("packed", rows, [[6, 1, 3], [0], [7, 2], [5, 4]]),
            ("padded", padded, [[0, 1, 2, 3], [4, 5, 6, 7]]),
        };
        foreach (var layout in layouts)
        {
            var (otherLoss, others) = Measure(model, adapter, layout.Rows, layout.Micros);
            Assert.InRange(Math.Abs(otherLoss / loss - 1), 0, Tolerance);
            var difference = gradients.Zip(others).Max(pair => Golden.RelativeDifference(pair.Second, pair.First));
            log.WriteLine($"{name}, {layout.Name}: {difference:E2}");
            worst = Math.Max(worst, difference);
        }

        Assert.InRange(worst, 0, Tolerance);
    }

    private static (double Loss, List<float[]> Gradients) Measure(CausalLm model, LoraAdapter adapter, IReadOnlyList<Row> rows, int[][] micros)
    {
        var items = rows.Sum(row => row.Labels.Count(label => label != TokenShard.IgnoreIndex));
        adapter.ZeroGradients();
        var loss = micros.Sum(micro => SftObjective.AddGradients(
            model,
            adapter,
            new TokenBatch([.. micro.SelectMany(row => rows[row].Ids)], [.. micro.Select(row => rows[row].Ids.Length)]),
            [.. micro.SelectMany(row => rows[row].Labels)],
            items));
        return (loss, [.. GoldenGradients.Of(adapter).Select(gradient => gradient.Gradient)]);
    }

    // Of 9 to 30 tokens, the first four of which are the prompt.
    private static List<Row> SomeRows(int vocabulary)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, Rows).Select(row =>
        {
            var ids = Enumerable.Range(0, 9 + 3 * row).Select(_ => random.NextInt64(vocabulary)).ToArray();
            return new Row(ids, [.. ids.Select((id, index) => index < 4 ? TokenShard.IgnoreIndex : (int)id)]);
        })];
    }

    private sealed record Row(long[] Ids, int[] Labels);
}
