using LoraMesh.Model;
using LoraMesh.Model.Decoder;
using LoraMesh.Model.Kernels;
using static TorchSharp.torch;

namespace LoraMesh.NumericsTests.Kernels;

/// <summary>Kernels on bfloat16 against plain operators in float32 on the same numbers; widths that are no multiple of a register too.</summary>
public sealed class KernelTests
{
    // A result of eight bits is rounded once: by 2^-8 of itself at most.
    private const double OneRounding = 1.0 / 256;

    [Theory]
    [InlineData(3, 64, false)]
    [InlineData(5, 37, true)]
    public void RmsNorm_BothWays(int rows, int width, bool unitOffset)
    {
        using var scope = NewDisposeScope();
        var (x, dy, weight) = (Numbers(rows, width), Numbers(rows, width), randn(width));
        using var owner = new Weight("norm", weight.DetachFromDisposeScope());
        var norm = new RmsNorm(owner, 1e-5, unitOffset);
        var plan = Plan();

        Close(norm.Forward(Wide(x), plan), norm.Forward(x, plan));
        Close(norm.Backward(Wide(x), Wide(dy), plan), norm.Backward(x, dy, plan));
    }

    [Theory]
    [InlineData(3, 8, 64, 64)]
    [InlineData(2, 3, 20, 12)]
    public void Rope_BothWays(int tokens, int heads, int width, int rotated)
    {
        using var scope = NewDisposeScope();
        var x = Numbers(tokens, heads, width);
        var angles = randn(tokens, 1, rotated / 2);
        var (cos, sin) = (cat([angles.cos(), angles.cos()], -1), cat([angles.sin(), angles.sin()], -1));
        foreach (var direction in (float[])[1, -1])
        {
            var part = Wide(x).narrow(-1, 0, rotated);
            var halves = part.chunk(2, -1);
            var turned = part * cos + cat([halves[1].neg(), halves[0]], -1) * sin * direction;

            Close(cat([turned, Wide(x).narrow(-1, rotated, width - rotated)], -1), RopeKernel.Rotate(x, cos, sin, direction));
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(21)]
    public void GatedUnit_BothWays(int width)
    {
        using var scope = NewDisposeScope();
        var (gate, up, dy) = (Numbers(4, width), Numbers(4, width), Numbers(4, width));

        Close(GatedUnit.Forward(Activation.Silu, Wide(gate), Wide(up)), GatedUnitKernel.Forward(gate, up));
        var (dGate, dUp) = GatedUnitKernel.Backward(gate, up, dy);
        var (gateSlope, upSlope) = GatedUnit.Backward(Activation.Silu, Wide(gate), Wide(up), Wide(dy));
        Close(gateSlope, dGate);
        Close(upSlope, dUp);
    }

    // 150 tokens are more than one block of queries.
    [Theory]
    [InlineData(1, 150, 4, 2, null)]
    [InlineData(3, 9, 4, 1, null)]
    [InlineData(2, 150, 2, 2, 20)]
    public void Attention_BothWays(int count, int length, int heads, int keyHeads, int? window)
    {
        using var scope = NewDisposeScope();
        const int width = 24;
        var (q, dOut) = (Numbers(count * length, heads, width), Numbers(count * length, heads * width));
        var (k, v) = (Numbers(count * length, keyHeads, width), Numbers(count * length, keyHeads, width));
        var rule = new AttentionRule(0.2, Softcap: null, window);
        var plan = Plan([.. Enumerable.Repeat(length, count)]);

        // Probabilities are rounded before they weigh values, and slopes before they weigh keys.
        Close(Attention.Forward(Wide(q), Wide(k), Wide(v), rule, plan), Attention.Forward(q, k, v, rule, plan), 3 * OneRounding);
        var expected = Attention.Backward(Wide(q), Wide(k), Wide(v), Wide(dOut), rule, plan);
        var found = Attention.Backward(q, k, v, dOut, rule, plan);
        Close(expected.Dq, found.Dq, 3 * OneRounding);
        Close(expected.Dk, found.Dk, 3 * OneRounding);
        Close(expected.Dv, found.Dv, 3 * OneRounding);
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(53, 0.1)]
    public void CrossEntropy_GivesLossAndGradient(int vocabulary, double smoothing)
    {
        using var scope = NewDisposeScope();
        var logits = Numbers(5, vocabulary);
        long[] targets = [0, vocabulary - 1, 7, 16, vocabulary - 2];
        double[] weights = [0.5, 0.25, 1, 0, 0.125];
        var wide = Wide(logits).requires_grad_(true);
        var losses = TorchSharp.torch.nn.functional.cross_entropy(wide, tensor(targets), reduction: nn.Reduction.None, label_smoothing: smoothing);
        var loss = (losses * tensor(weights, ScalarType.Float32)).sum();
        loss.backward();

        Assert.Equal(loss.item<float>(), CrossEntropyKernel.Replace(logits, targets, weights, smoothing), 1e-5);
        Close(wide.grad!, logits);
    }

    [Fact]
    public void Store_WhatIsNoNumber_StaysSo()
    {
        using var scope = NewDisposeScope();
        var x = full([1, 40], float.NaN).to_type(ScalarType.BFloat16);
        Assert.All(Wide(GatedUnitKernel.Forward(x, x)).data<float>().ToArray(), value => Assert.True(float.IsNaN(value)));
        var large = full([1, 40], float.PositiveInfinity).to_type(ScalarType.BFloat16);
        Assert.All(Wide(GatedUnitKernel.Forward(large, large)).data<float>().ToArray(), value => Assert.True(float.IsPositiveInfinity(value)));
    }

    [Fact]
    public void RowLoop_OnSeveralThreads_CoversEveryRowOnce()
    {
        var seen = new int[1000];
        var threads = get_num_threads();
        set_num_threads(2);
        try
        {
            RowLoop.Run(seen.Length, 1 << 16, (first, end) =>
            {
                for (var row = first; row < end; row++)
                {
                    Interlocked.Increment(ref seen[row]);
                }
            });
        }
        finally
        {
            set_num_threads(threads);
        }

        Assert.All(seen, count => Assert.Equal(1, count));
    }

    private static ForwardPlan Plan(int[]? lengths = null) => new()
    {
        Batch = new TokenBatch([.. Enumerable.Repeat(1L, (lengths ?? [1]).Sum())], lengths ?? [1]),
        Rope = null!, // No operation here rotates.
    };

    private static Tensor Numbers(params long[] shape) => randn(shape).to_type(ScalarType.BFloat16);

    private static Tensor Wide(Tensor x) => x.to_type(ScalarType.Float32);

    private static void Close(Tensor expected, Tensor found, double tolerance = 1.01 * OneRounding) =>
        Assert.InRange(Golden.RelativeDifference(Wide(found).contiguous().data<float>().ToArray(), expected.contiguous().data<float>().ToArray()), 0, tolerance);
}
