using LoraMesh.Model;
using LoraMesh.Model.Quantization;
using LoraMesh.NumericsTests.Trainer;
using static TorchSharp.torch;

namespace LoraMesh.NumericsTests.Model;

/// <summary>Bases in few bits, and training over them.</summary>
public sealed class QuantizationTests
{
    // Dettmers et al., 2023, arXiv 2305.14314, appendix E.
    private static readonly double[] Published =
    [
        -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
        0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
    ];

    [Fact]
    public void NormalFloat_Values_AreThePublishedQuantilesOfTheNormalDistribution()
    {
        // Eight steps above zero and seven below, from the quantile 0.9677083 to the middle.
        const double Outermost = 0.9677083;
        double[] quantiles = [.. Quantiles(7).Select(value => -value), 0, .. Quantiles(8)];
        var largest = quantiles.Max();

        Assert.Equal(Published.Select(value => (float)value), NormalFloat.Values);
        foreach (var (value, quantile) in NormalFloat.Values.Zip(quantiles.Order()))
        {
            Assert.Equal(quantile / largest, value, 1e-6);
        }

        static IEnumerable<double> Quantiles(int steps) => Enumerable.Range(0, steps).Select(step => Normal(Outermost + ((0.5 - Outermost) * step / steps)));
    }

    [Fact]
    public void Nearest_OfManyNumbers_IsTheNearest()
    {
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var number = (float)((random.NextDouble() * 2.2) - 1.1);
            var best = NormalFloat.Values.Min(value => Math.Abs(value - number));

            Assert.Equal(best, Math.Abs(NormalFloat.Values[NormalFloat.Nearest(number)] - number));
        }
    }

    [Theory]
    [InlineData(BaseQuantization.EightBit, 5, 33)]
    [InlineData(BaseQuantization.EightBit, 64, 96)]
    [InlineData(BaseQuantization.Nf4, 5, 33)]
    [InlineData(BaseQuantization.Nf4, 7, 7)]
    [InlineData(BaseQuantization.Nf4, 64, 96)]
    [InlineData(BaseQuantization.Nf4Double, 5, 33)]
    [InlineData(BaseQuantization.Nf4Double, 200, 160)]
    public void Dequantize_EveryWeight_IsTheNearestThatThereIs(BaseQuantization kind, int rows, int width)
    {
        using var scope = NewDisposeScope();
        var matrix = Matrix(rows, width);
        var weights = matrix.data<float>().ToArray();
        var all = weights.Max(Math.Abs);
        using var quantized = QuantizedMatrix.Of(matrix, kind);

        var found = quantized.Dequantize(ScalarType.Float32).data<float>().ToArray();

        for (var i = 0; i < weights.Length; i++)
        {
            // One scale for each row of 8 bits, or for every 64 weights in their order.
            var group = kind == BaseQuantization.EightBit ? weights.Skip(i / width * width).Take(width) : weights.Skip(i / 64 * 64).Take(64);
            var largest = group.Max(Math.Abs);
            var nearest = kind == BaseQuantization.EightBit
                ? MathF.Round(weights[i] / (largest / 127)) * (largest / 127)
                : NormalFloat.Values.MinBy(value => Math.Abs(value - (weights[i] / largest))) * largest;
            // Steps of 8-bit scales are 0.014 of the largest deviation in their block, so they miss by half of it; else float32 rounding.
            Assert.Equal(nearest, found[i], kind == BaseQuantization.Nf4Double ? 0.0071f * all : 2e-7f * largest);
        }

        Assert.Equal(quantized.Dequantize(ScalarType.Float32).to_type(ScalarType.BFloat16).to_type(ScalarType.Float32).data<float>().ToArray(), quantized.Dequantize(ScalarType.BFloat16).to_type(ScalarType.Float32).data<float>().ToArray());
    }

    [Theory]
    [InlineData(BaseQuantization.EightBit, 8.1)]
    [InlineData(BaseQuantization.Nf4, 4.5)]
    [InlineData(BaseQuantization.Nf4Double, 4.13)]
    public void Bytes_OfALargeMatrix_AreAsFewAsPublished(BaseQuantization kind, double bits)
    {
        using var scope = NewDisposeScope();
        using var quantized = QuantizedMatrix.Of(Matrix(512, 1024), kind);

        Assert.InRange(quantized.Bytes * 8.0 / (512 * 1024), 0, bits);
    }

    [Fact]
    public void Dequantize_OfZeros_IsZeros()
    {
        using var scope = NewDisposeScope();
        foreach (var kind in (BaseQuantization[])[BaseQuantization.EightBit, BaseQuantization.Nf4, BaseQuantization.Nf4Double])
        {
            using var quantized = QuantizedMatrix.Of(zeros(3, 70), kind);

            Assert.All(quantized.Dequantize(ScalarType.Float32).data<float>().ToArray(), weight => Assert.Equal(0, weight));
        }
    }

    [Theory]
    [InlineData(BaseQuantization.EightBit, MatmulPrecision.Exact)]
    [InlineData(BaseQuantization.EightBit, MatmulPrecision.BFloat16)]
    [InlineData(BaseQuantization.Nf4, MatmulPrecision.Exact)]
    [InlineData(BaseQuantization.Nf4, MatmulPrecision.BFloat16)]
    [InlineData(BaseQuantization.Nf4Double, MatmulPrecision.Exact)]
    public void AddGradients_OverAQuantizedBase_AreThoseOverTheDequantizedOneToTheBit(BaseQuantization kind, MatmulPrecision precision)
    {
        using var quantized = CausalLm.Load(Shards.Model, precision, kind);
        using var whole = CausalLm.Load(Shards.Model, precision);
        var (plain, _) = Measure(whole);
        using (NewDisposeScope())
        {
            foreach (var (own, other) in quantized.Transformer.Weights.Zip(whole.Transformer.Weights).Where(pair => pair.First.MadeBytes > 0))
            {
                other.Exchange(own.Value.DetachFromDisposeScope()).Dispose();
            }
        }

        var (expected, expectedGradients) = Measure(whole);
        var (loss, gradients) = Measure(quantized);

        Assert.Equal(expected, loss);
        Assert.Equal(expectedGradients, gradients);
        Assert.NotEqual(plain, loss);
        Assert.Equal(plain, loss, 0.1 * plain);
    }

    private static (double Loss, float[] Gradients) Measure(CausalLm model)
    {
        using var adapter = LoraAdapter.Create(new LoraConfig { R = 4, LoraAlpha = 8, TargetModules = ["all-linear"], InitLoraWeights = "false" }, model, 1);
        adapter.ZeroGradients();
        var random = new Random(3);
        long[] ids = [.. Enumerable.Range(0, 40).Select(_ => random.NextInt64(model.Config.VocabSize))];
        var loss = SftObjective.AddGradients(model, adapter, new TokenBatch(ids, [24, 16]), [.. ids.Select(id => (int)id)], 38);
        return (loss, adapter.Gradients!.data<float>().ToArray());
    }

    // Normal numbers of rows that differ in size.
    private static Tensor Matrix(int rows, int width)
    {
        using var generator = new Generator(7);
        return randn([rows, width], generator: generator).mul_(arange(1, rows + 1).to_type(ScalarType.Float32).unsqueeze(1).div_(10f));
    }

    // The inverse of the normal distribution function, by halving.
    private static double Normal(double probability)
    {
        var (low, high) = (-10.0, 10.0);
        for (var i = 0; i < 200; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Distribution(middle) < probability ? (middle, high) : (low, middle);
        }

        return low;
    }

    // Φ by its series (Marsaglia, 2004, doi:10.18637/jss.v011.i04).
    private static double Distribution(double x)
    {
        double sum = x, term = x;
        for (var i = 3; i < 300; i += 2)
        {
            term *= x * x / i;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}
