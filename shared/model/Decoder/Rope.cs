using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, H heads, D head width.

/// <summary>Rotates pairs (i, i + D/2) of every head by the token's angle, in the layout of transformers.</summary>
internal static class Rope
{
    /// <summary>cos and sin for a list of positions, each [T, 1, D].</summary>
    internal static (Tensor Cos, Tensor Sin) Angles(double[] inverseFrequencies, IReadOnlyList<int> positions)
    {
        var half = inverseFrequencies.Length;
        float[] cos = new float[positions.Count * half * 2], sin = new float[cos.Length];
        for (var token = 0; token < positions.Count; token++)
        {
            for (var i = 0; i < half; i++)
            {
                // The product is taken in float32, as the reference takes it.
                var angle = (double)(positions[token] * (float)inverseFrequencies[i]);
                var at = token * half * 2 + i;
                cos[at] = cos[at + half] = (float)Math.Cos(angle);
                sin[at] = sin[at + half] = (float)Math.Sin(angle);
            }
        }

        long[] shape = [positions.Count, 1, half * 2];
        return (tensor(cos, shape).DetachFromDisposeScope(), tensor(sin, shape).DetachFromDisposeScope());
    }

    /// <summary>x [T, H, D] → rotated, same shape.</summary>
    internal static Tensor Forward(Tensor x, ForwardPlan plan) => Rotate(x, plan.Cos, plan.Sin, 1);

    /// <summary>The transpose of a rotation is the rotation back.</summary>
    internal static Tensor Backward(Tensor dy, ForwardPlan plan) => Rotate(dy, plan.Cos, plan.Sin, -1);

    private static Tensor Rotate(Tensor x, Tensor cos, Tensor sin, double direction)
    {
        using var scope = NewDisposeScope();
        var halves = x.chunk(2, -1);
        var turned = cat([halves[1].neg(), halves[0]], -1);
        return (x * cos).addcmul_(turned, sin, direction).MoveToOuterDisposeScope();
    }
}
