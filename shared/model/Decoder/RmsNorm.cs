using LoraMesh.Model.Kernels;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels.

/// <summary>
/// y = w·x/√(mean(x²) + ε) over the last dimension (Zhang and Sennrich, 2019, arXiv 1910.07467), in float32; with
/// <paramref name="unitOffset"/> 1 + w stands for w.
/// </summary>
internal sealed class RmsNorm(Weight weight, double epsilon, bool unitOffset)
{
    /// <summary>x [T, …, C] → y, same shape.</summary>
    internal Tensor Forward(Tensor x, ForwardPlan plan)
    {
        if (x.dtype == ScalarType.BFloat16)
        {
            return Bf16.Fits(x) ? RmsNormKernel.Forward(x, weight.Value, epsilon, Offset) : Rounded(Forward(x.to_type(ScalarType.Float32), plan));
        }

        using var scope = NewDisposeScope();
        var normed = x * InverseRms(x);
        var own = Own(plan, normed).ToList(); // before the base's weight is applied in place
        var y = normed.mul_(Scale(weight.Value));
        foreach (var (range, part) in own)
        {
            Rows(y, range).copy_(part);
        }

        return y.MoveToOuterDisposeScope();
    }

    /// <summary>x [B, …, C] → y, which may be x; each row holds as many heads of C as fit.</summary>
    internal unsafe void Step(StepRows x, StepRows y)
    {
        var own = (float*)TorchAbi.Address(weight.Value);
        var width = (int)weight.Shape[0];
        for (var row = 0; row < x.Count; row++)
        {
            for (var i = 0; i < x.Width; i += width)
            {
                VectorKernels.RmsNorm(x.Row(row) + i, own, Offset, epsilon, width, y.Row(row) + i);
            }
        }
    }

    /// <summary>dx [T, …, C] from the norm's input and dy; adds the weight's gradient where it is trained.</summary>
    internal Tensor Backward(Tensor x, Tensor dy, ForwardPlan plan)
    {
        if (x.dtype == ScalarType.BFloat16)
        {
            return Bf16.Fits(x) && Bf16.Fits(dy)
                ? RmsNormKernel.Backward(x, dy, weight.Value, epsilon, Offset)
                : Rounded(Backward(x.to_type(ScalarType.Float32), dy.to_type(ScalarType.Float32), plan));
        }

        using var scope = NewDisposeScope();
        var inverse = InverseRms(x); // (T, …, 1)
        var normed = x * inverse;
        weight.Gradient?.add_((dy * normed).reshape(-1, x.size(-1)).sum([0]));
        var dNormed = dy * Scale(weight.Value);
        foreach (var range in plan.Adapters)
        {
            if (range.Adapter.Norm(weight.Name) is { } own)
            {
                Rows(dNormed, range).copy_(Rows(dy, range) * Scale(own.Value));
                own.Gradient?.add_((Rows(dy, range) * Rows(normed, range)).reshape(-1, x.size(-1)).sum([0]));
            }
        }

        var projection = (dNormed * normed).mean([-1], keepdim: true); // (T, …, 1)
        return dNormed.sub_(normed.mul_(projection)).mul_(inverse).MoveToOuterDisposeScope();
    }

    private IEnumerable<(AdapterRange Range, Tensor Rows)> Own(ForwardPlan plan, Tensor normed) =>
        from range in plan.Adapters
        let own = range.Adapter.Norm(weight.Name)
        where own is not null
        select (range, Rows(normed, range) * Scale(own.Value));

    private float Offset => unitOffset ? 1 : 0;

    private static Tensor Rounded(Tensor x) => x.to_type(ScalarType.BFloat16);

    private Tensor Scale(Tensor weight) => unitOffset ? weight + 1 : weight;

    private static Tensor Rows(Tensor tensor, AdapterRange range) => tensor.narrow(0, range.Start, range.Length);

    private Tensor InverseRms(Tensor x) => (x * x).mean([-1], keepdim: true).add_(epsilon).rsqrt_();
}
