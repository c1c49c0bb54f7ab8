using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

/// <summary>The functions that a gated unit may have, and their slopes. Any shape; nothing is changed in place.</summary>
internal static class Activations
{
    // √(2/π) and the cubic term of the tanh approximation of Φ (Hendrycks and Gimpel, 2016, arXiv 1606.08415).
    private const double TanhScale = 0.7978845608028654;
    private const double TanhCubic = 0.044715;

    private const double QuickScale = 1.702;

    private static readonly double InverseRootTwo = 1 / Math.Sqrt(2);
    private static readonly double InverseRootTwoPi = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>f(z).</summary>
    internal static Tensor Forward(Activation activation, Tensor z)
    {
        using var scope = NewDisposeScope();
        return (activation switch
        {
            Activation.Silu => nn.functional.silu(z),
            Activation.Gelu => nn.functional.gelu(z),
            Activation.GeluTanh => TanhArgument(z).tanh_().add_(1).mul_(z).mul_(0.5),
            Activation.QuickGelu => (z * QuickScale).sigmoid_().mul_(z),
            Activation.Relu => z.relu(),
            Activation.ReluSquared => z.relu().pow_(2),
            Activation.Sigmoid => z.sigmoid(),
            Activation.Tanh => z.tanh(),
            _ => z.clone(),
        }).MoveToOuterDisposeScope();
    }

    /// <summary>df/dz.</summary>
    internal static Tensor Slope(Activation activation, Tensor z)
    {
        using var scope = NewDisposeScope();
        return (activation switch
        {
            Activation.Silu => SigmoidUnitSlope(z, 1),
            Activation.Gelu => GeluSlope(z),
            Activation.GeluTanh => GeluTanhSlope(z),
            Activation.QuickGelu => SigmoidUnitSlope(z, QuickScale),
            Activation.Relu => z.gt(0).to_type(z.dtype),
            Activation.ReluSquared => z.relu().mul_(2),
            Activation.Sigmoid => SigmoidSlope(z.sigmoid()),
            Activation.Tanh => z.tanh().pow_(2).neg_().add_(1),
            _ => ones_like(z),
        }).MoveToOuterDisposeScope();
    }

    private static Tensor SigmoidSlope(Tensor sigma) => (1 - sigma).mul_(sigma);

    // d z·σ(kz)/dz = σ + kz·σ(1 - σ)
    private static Tensor SigmoidUnitSlope(Tensor z, double k)
    {
        var sigma = (z * k).sigmoid_();
        return SigmoidSlope(sigma).mul_(z).mul_(k).add_(sigma);
    }

    // Φ(z) + z·φ(z)
    private static Tensor GeluSlope(Tensor z)
    {
        var density = z.square().mul_(-0.5).exp_().mul_(InverseRootTwoPi);
        return density.mul_(z).add_((z * InverseRootTwo).erf_().add_(1).mul_(0.5));
    }

    // With t = tanh(u): (1 + t)/2 + z/2·(1 - t²)·du/dz
    private static Tensor GeluTanhSlope(Tensor z)
    {
        var t = TanhArgument(z).tanh_();
        var inner = z.square().mul_(3 * TanhCubic).add_(1).mul_(TanhScale);
        return (1 - t.square()).mul_(inner).mul_(z).add_(t).add_(1).mul_(0.5);
    }

    private static Tensor TanhArgument(Tensor z) => z.square().mul_(TanhCubic).add_(1).mul_(z).mul_(TanhScale);
}
