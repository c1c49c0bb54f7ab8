using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, I inner width.

/// <summary>silu(gate)·up, silu(z) = z·σ(z) (Shazeer, 2020, arXiv 2002.05202).</summary>
internal static class GatedUnit
{
    /// <summary>gate and up [T, I] → [T, I].</summary>
    internal static Tensor Forward(Tensor gate, Tensor up)
    {
        using var scope = NewDisposeScope();
        return nn.functional.silu(gate).mul_(up).MoveToOuterDisposeScope();
    }

    /// <summary>Gradients of gate and up from that of the product.</summary>
    internal static (Tensor DGate, Tensor DUp) Backward(Tensor gate, Tensor up, Tensor dy)
    {
        using var scope = NewDisposeScope();
        var sigma = gate.sigmoid();
        var silu = gate * sigma;
        var dUp = dy * silu;
        // d silu/dz = σ + silu·(1 - σ)
        var slope = (1 - sigma).mul_(silu).add_(sigma);
        var dGate = slope.mul_(dy).mul_(up);
        return (dGate.MoveToOuterDisposeScope(), dUp.MoveToOuterDisposeScope());
    }
}
