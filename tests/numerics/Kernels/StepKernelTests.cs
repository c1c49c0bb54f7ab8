using LoraMesh.Model;
using LoraMesh.Model.Decoder;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.NumericsTests.Kernels;

/// <summary>The kernels of a step against plain operators on the same numbers; widths that are no multiple of a register too.</summary>
public sealed class StepKernelTests
{
    // Sums in another order.
    private const double Reordered = 2e-6;

    public static TheoryData<string, int, int, int> Products
    {
        get
        {
            var data = new TheoryData<string, int, int, int>();
            foreach (var kind in (string[])["single", "packed", "int8"])
            {
                foreach (var rows in (int[])[1, 2, 4, 8, 15])
                {
                    data.Add(kind, rows, 64, 32);
                    data.Add(kind, rows, 75, 37);
                    data.Add(kind, rows, 12, 1);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Product_OfAnyKindAndRows_EqualsTheOperator(string kind, int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        using var weight = Hold(kind, randn(outputs, inputs));
        var x = randn(rows, inputs);

        var found = Product(weight, x);

        // What may cancel out counts, not what is left.
        var largest = Numbers(x.abs().mm(weight.Value.abs().t())).Max();
        Assert.InRange(Golden.MaxDifference(found, Numbers(x.mm(weight.Value.t()))) / largest, 0, Reordered);
    }

    [Theory]
    [InlineData("single")]
    [InlineData("packed")]
    [InlineData("int8")]
    public void Product_OfARow_HasTheSameBitsInEveryCrowd(string kind)
    {
        using var scope = NewDisposeScope();
        using var weight = Hold(kind, randn(37, 75));
        var x = randn(21, 75);
        for (var row = 0; row < 21; row++)
        {
            var alone = Product(weight, x.narrow(0, row, 1));
            for (var first = 0; first <= row; first++)
            {
                var crowd = Product(weight, x.narrow(0, first, 21 - first));
                Assert.Equal(alone, crowd.AsSpan((row - first) * 37, 37).ToArray());
            }
        }
    }

    [Theory]
    [InlineData(16, 96, 64)]
    [InlineData(5, 75, 37)]
    [InlineData(1, 12, 3)]
    public unsafe void Pair_OfAnyRank_AddsWhatTheOperatorsAdd(int rank, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        var (a, b, x, y) = (randn(rank, inputs), randn(outputs, rank), randn(1, inputs), randn(1, outputs));
        using var pair = new StepPair(a, b, 0.37);
        var expected = Numbers(y.addmm(x.mm(a.t()), b.t(), 1, 0.37f));
        var panel = zeros((inputs + 31) / 32 * 32);
        panel.narrow(0, 0, inputs).copy_(x.view(inputs));
        var between = zeros(rank);

        pair.Add((float*)TorchAbi.Address(panel), (float*)TorchAbi.Address(between), (float*)TorchAbi.Address(y));

        Assert.InRange(Golden.RelativeDifference(Numbers(y), expected), 0, Reordered);
    }

    [Theory]
    [InlineData(1, 4, 64, null)]
    [InlineData(83, 3, 64, null)]
    [InlineData(33, 2, 12, 5.0)]
    [InlineData(16, 1, 40, null)]
    public unsafe void Attention_OfAGroup_EqualsTheOperators(int positions, int heads, int width, double? cap)
    {
        using var scope = NewDisposeScope();
        const int KeyHeads = 2;
        var (q, k, v) = (randn(heads, width), randn(positions, KeyHeads, width), randn(positions, KeyHeads, width));
        var rule = new AttentionRule(0.3, cap, Window: null);
        var products = q.mm(k.select(1, 1).t()) * rule.Scale;
        products = cap is { } c ? (products / c).tanh() * c : products;
        var expected = Numbers(nn.functional.softmax(products, -1).mm(v.select(1, 1)));
        var (scores, result) = (zeros(heads, StepAttention.Room(positions)), zeros(heads, width));

        StepAttention.Group(
            (float*)TorchAbi.Address(q), (float*)TorchAbi.Address(k) + width, (float*)TorchAbi.Address(v) + width, KeyHeads * width,
            (heads, width, positions), rule, (float*)TorchAbi.Address(scores), (float*)TorchAbi.Address(result));

        Assert.InRange(Golden.RelativeDifference(Numbers(result), expected), 0, Reordered);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(21)]
    public unsafe void Row_NormRotationAndUnit_EqualTheOperators(int width)
    {
        using var scope = NewDisposeScope();
        var (x, weight, up) = (randn(width), randn(width), randn(width));
        var normed = zeros(width);
        VectorKernels.RmsNorm(Address(x), Address(weight), 1, 1e-5, width, Address(normed));
        Assert.InRange(Golden.RelativeDifference(Numbers(normed), Numbers(x * (x.square().mean() + 1e-5).rsqrt() * (weight + 1))), 0, Reordered);

        var half = width / 2;
        var (angles, head) = (randn(half), randn(width));
        var (first, second) = (head.narrow(0, 0, half).clone(), head.narrow(0, half, half).clone());
        var (cos, sin) = (angles.cos(), angles.sin());
        VectorKernels.Rotate(Address(head), Address(cos), Address(sin), half);
        Assert.InRange(Golden.RelativeDifference(Numbers(head.narrow(0, 0, 2 * half)), Numbers(cat([first * cos - second * sin, second * cos + first * sin]))), 0, Reordered);

        var expected = Numbers(nn.functional.silu(x) * up);
        VectorKernels.SiluProduct(Address(x), Address(up), width);
        Assert.InRange(Golden.RelativeDifference(Numbers(x), expected), 0, Reordered);
    }

    private static Weight Hold(string kind, Tensor matrix)
    {
        var weight = new Weight("matrix", (kind == "packed" ? matrix.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32) : matrix).DetachFromDisposeScope());
        if (kind == "packed")
        {
            weight.Pack();
            Assert.Equal(16, weight.Step()!.Value.Bits);
        }
        else if (kind == "int8")
        {
            weight.Quantize(BaseQuantization.EightBit);
            Assert.Equal(8, weight.Step()!.Value.Bits);
        }

        return weight;
    }

    private static unsafe float[] Product(Weight weight, Tensor x)
    {
        using var panels = new StepPanels();
        var input = x.contiguous();
        var y = zeros(x.size(0), weight.Shape[0]);
        ProductKernel.Run(weight.Step()!.Value, panels.Of(Rows(input)), Rows(y));
        return Numbers(y);
    }

    private static unsafe StepRows Rows(Tensor x) => new((nint)TorchAbi.Address(x), (int)x.size(0), (int)x.size(1), (int)x.size(1));

    private static unsafe float* Address(Tensor x) => (float*)TorchAbi.Address(x);

    private static float[] Numbers(Tensor x) => x.contiguous().data<float>().ToArray();
}
