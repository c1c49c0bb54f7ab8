using LoraMesh.Model.Kernels;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, H heads, W head width, D rotated dimensions of it.

/// <summary>
/// Rotates pairs (i, i + D/2) of every head's first D dimensions by the token's angle, in the layout of transformers; the
/// others pass as they are.
/// </summary>
internal static class Rope
{
    /// <summary>x [T, H, W] → rotated, same shape.</summary>
    internal static Tensor Forward(Tensor x, RopeAngles angles) => Rotate(x, angles, 1);

    /// <summary>The transpose of a rotation is the rotation back (and of its scale the same scale).</summary>
    internal static Tensor Backward(Tensor dy, RopeAngles angles) => Rotate(dy, angles, -1);

    /// <summary>Rotates every head of every row, in place.</summary>
    internal static unsafe void Step(StepRows x, int width, StepPlan plan, bool local)
    {
        for (var row = 0; row < x.Count; row++)
        {
            plan.Angles(local, row, out var cos, out var sin, out var half);
            for (var i = 0; i < x.Width; i += width)
            {
                VectorKernels.Rotate(x.Row(row) + i, cos, sin, half);
            }
        }
    }

    private static Tensor Rotate(Tensor x, RopeAngles angles, double direction)
    {
        if (Bf16.Fits(x))
        {
            return RopeKernel.Rotate(x, angles.Cos, angles.Sin, (float)direction);
        }

        using var scope = NewDisposeScope();
        long width = x.size(-1), rotary = angles.Cos.size(-1);
        var part = rotary == width ? x : x.narrow(-1, 0, rotary);
        var halves = part.chunk(2, -1);
        var turned = cat([halves[1].neg(), halves[0]], -1);
        var rotated = (part * angles.Cos).addcmul_(turned, angles.Sin, direction);
        return (rotary == width ? rotated : cat([rotated, x.narrow(-1, rotary, width - rotary)], -1)).to_type(x.dtype).MoveToOuterDisposeScope();
    }
}
