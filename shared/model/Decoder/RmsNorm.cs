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
    internal Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x * InverseRms(x)).mul_(Scale()).MoveToOuterDisposeScope();
    }

    /// <summary>dx [T, …, C] from the norm's input and dy; adds the weight's gradient where it is trained.</summary>
    internal Tensor Backward(Tensor x, Tensor dy)
    {
        using var scope = NewDisposeScope();
        var inverse = InverseRms(x); // (T, …, 1)
        var normed = x * inverse;
        weight.Gradient?.add_((dy * normed).reshape(-1, x.size(-1)).sum(0));
        var dNormed = dy * Scale();
        var projection = (dNormed * normed).mean([-1], keepdim: true); // (T, …, 1)
        return dNormed.sub_(normed.mul_(projection)).mul_(inverse).MoveToOuterDisposeScope();
    }

    private Tensor Scale() => unitOffset ? weight.Value + 1 : weight.Value;

    private Tensor InverseRms(Tensor x) => (x * x).mean([-1], keepdim: true).add_(epsilon).rsqrt_();
}
