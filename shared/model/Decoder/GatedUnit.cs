using LoraMesh.Model.Kernels;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, I inner width.

/// <summary>f(gate)·up for an activation f (Shazeer, 2020, arXiv 2002.05202).</summary>
internal static class GatedUnit
{
    /// <summary>gate and up [T, I] → [T, I].</summary>
    internal static Tensor Forward(Activation activation, Tensor gate, Tensor up)
    {
        if (HasKernel(activation, gate, up))
        {
            return GatedUnitKernel.Forward(gate, up);
        }

        using var scope = NewDisposeScope();
        return Activations.Forward(activation, gate).mul_(up).MoveToOuterDisposeScope();
    }

    /// <summary>gate = f(gate)·up, [B, I] both.</summary>
    internal static unsafe void Step(Activation activation, StepRows gate, StepRows up)
    {
        using var scope = NewDisposeScope();
        for (var row = 0; row < gate.Count; row++)
        {
            if (activation == Activation.Silu)
            {
                VectorKernels.SiluProduct(gate.Row(row), up.Row(row), gate.Width);
            }
            else
            {
                var target = TorchAbi.View(gate.Row(row), [gate.Width], ScalarType.Float32);
                target.copy_(Activations.Forward(activation, target).mul_(TorchAbi.View(up.Row(row), [up.Width], ScalarType.Float32)));
            }
        }
    }

    /// <summary>Gradients of gate and up from that of the product.</summary>
    internal static (Tensor DGate, Tensor DUp) Backward(Activation activation, Tensor gate, Tensor up, Tensor dy)
    {
        if (HasKernel(activation, gate, up) && Bf16.Fits(dy))
        {
            return GatedUnitKernel.Backward(gate, up, dy);
        }

        using var scope = NewDisposeScope();
        var dUp = Activations.Forward(activation, gate).mul_(dy);
        var dGate = Activations.Slope(activation, gate).mul_(dy).mul_(up);
        return (dGate.MoveToOuterDisposeScope(), dUp.MoveToOuterDisposeScope());
    }

    private static bool HasKernel(Activation activation, Tensor gate, Tensor up) => activation == Activation.Silu && Bf16.Fits(gate) && Bf16.Fits(up);
}
