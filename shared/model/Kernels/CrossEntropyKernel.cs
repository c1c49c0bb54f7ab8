using System.Runtime.Intrinsics;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Kernels;

// N rows, V vocabulary.

/// <summary>Cross-entropy of bfloat16 logits and its gradient in one go.</summary>
internal static unsafe class CrossEntropyKernel
{
    /// <summary>Logits [N, V] become their gradients, w·(softmax - target), in place.</summary>
    /// <param name="logits">bfloat16.</param>
    /// <param name="targets">Right token of each row.</param>
    /// <param name="weights">What the loss of each row counts.</param>
    /// <param name="smoothing">Share of the target that is spread evenly.</param>
    /// <returns>The weighted sum of losses in nats.</returns>
    internal static double Replace(Tensor logits, ReadOnlySpan<long> targets, ReadOnlySpan<double> weights, double smoothing)
    {
        int rows = (int)logits.size(0), width = (int)logits.size(1);
        var at = (ushort*)TorchAbi.Address(logits);
        var (wanted, counts, losses) = (targets.ToArray(), weights.ToArray(), new double[rows]);
        RowLoop.Run(rows, width, (first, end) =>
        {
            for (var row = (int)first; row < end; row++)
            {
                losses[row] = counts[row] * Row(at + (long)row * width, width, (int)wanted[row], (float)counts[row], (float)smoothing);
            }
        });
        return losses.Sum();
    }

    private static double Row(ushort* row, int width, int target, float weight, float smoothing)
    {
        var (highest, all) = (Vector512.Create(float.NegativeInfinity), Vector512<float>.Zero);
        var i = 0;
        for (; i <= width - Bf16.Lanes; i += Bf16.Lanes)
        {
            var value = Bf16.Load(row + i);
            (highest, all) = (Vector512.Max(highest, value), all + value);
        }

        var (top, total) = (float.NegativeInfinity, (double)Vector512.Sum(all));
        for (var lane = 0; lane < Bf16.Lanes; lane++)
        {
            top = MathF.Max(top, highest[lane]);
        }

        var rest = width - i;
        for (var j = 0; j < rest; j++)
        {
            var value = Bf16.Load(row + i + j, 1)[0];
            top = MathF.Max(top, value);
            total += value;
        }

        var shift = Vector512.Create(top);
        var sum = Vector512<float>.Zero;
        for (i = 0; i <= width - Bf16.Lanes; i += Bf16.Lanes)
        {
            sum += Vector512.Exp(Bf16.Load(row + i) - shift);
        }

        var tail = rest > 0 ? Vector512.Exp(Bf16.Load(row + i, rest) - shift) : default;
        var denominator = (double)Vector512.Sum(sum);
        for (var j = 0; j < rest; j++)
        {
            denominator += tail[j];
        }

        var right = Bf16.Load(row + target, 1)[0];
        var logSum = top + Math.Log(denominator);
        var (factor, even) = (Vector512.Create((float)(weight / denominator)), Vector512.Create(weight * smoothing / width));
        for (i = 0; i <= width - Bf16.Lanes; i += Bf16.Lanes)
        {
            Bf16.Store(Vector512.Exp(Bf16.Load(row + i) - shift) * factor - even, row + i);
        }

        if (rest > 0)
        {
            Bf16.Store(tail * factor - even, row + i, rest);
        }

        var slope = (float)(Math.Exp(right - logSum) - smoothing / width - (1 - smoothing)) * weight;
        Bf16.Store(Vector512.Create(slope), row + target, 1);
        return (1 - smoothing) * (logSum - right) + smoothing * (logSum - total / width);
    }
}
