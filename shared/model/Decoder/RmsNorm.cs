using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels.

/// <summary>y = w·x/√(mean(x²) + ε) over channels (Zhang and Sennrich, 2019, arXiv 1910.07467), in float32.</summary>
internal sealed class RmsNorm(Weight weight, double epsilon)
{
    /// <summary>x [T, C] → y [T, C].</summary>
    internal Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x * InverseRms(x)).mul_(weight.Value).MoveToOuterDisposeScope();
    }

    /// <summary>dx [T, C] from the layer's input and dy; adds the weight's gradient where it is trained.</summary>
    internal Tensor Backward(Tensor x, Tensor dy)
    {
        using var scope = NewDisposeScope();
        var inverse = InverseRms(x); // (T, 1)
        var normed = x * inverse;
        weight.Gradient?.add_((dy * normed).sum(0));
        var dNormed = dy * weight.Value;
        var projection = (dNormed * normed).mean([-1], keepdim: true); // (T, 1)
        return dNormed.sub_(normed.mul_(projection)).mul_(inverse).MoveToOuterDisposeScope();
    }

    private Tensor InverseRms(Tensor x) => (x * x).mean([-1], keepdim: true).add_(epsilon).rsqrt_();
}
