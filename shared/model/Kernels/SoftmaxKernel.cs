using System.Runtime.Intrinsics;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Kernels;

// N matrices, Q query rows (G heads of each token in turn), P key positions.

/// <summary>Causal softmax over attention scores on bfloat16, in place, and its backward pass.</summary>
internal static unsafe class SoftmaxKernel
{
    /// <summary>Scores (N, Q, P) become probabilities: softmax of <paramref name="scale"/> times those a token may see, 0 elsewhere.</summary>
    /// <param name="scores">bfloat16.</param>
    /// <param name="sight">What each row may see.</param>
    /// <param name="scale">Factor of the scores.</param>
    internal static void Forward(Tensor scores, Sight sight, float scale)
    {
        var width = (int)scores.size(-1);
        var rows = (int)scores.size(-2);
        var at = (ushort*)TorchAbi.Address(scores);
        RowLoop.Run(scores.numel() / width, width, (first, end) =>
        {
            using var exponentials = new NativeBuffer(width);
            for (var row = first; row < end; row++)
            {
                var (from, to) = sight.Of((int)(row % rows), width);
                var start = at + row * width;
                new Span<ushort>(start, from).Clear();
                new Span<ushort>(start + to, width - to).Clear();
                Normalize(start + from, to - from, scale, exponentials.Floats);
            }
        });
    }

    /// <summary>Gradients of probabilities (N, Q, P), in place, become those of unscaled scores.</summary>
    internal static void Backward(Tensor slopes, Tensor probabilities, float scale)
    {
        var width = (int)slopes.size(-1);
        ushort* d = (ushort*)TorchAbi.Address(slopes), p = (ushort*)TorchAbi.Address(probabilities);
        RowLoop.Run(slopes.numel() / width, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                BackwardRow(d + row * width, p + row * width, width, scale);
            }
        });
    }

    // Exponentials wait in float32 until their sum is known; what is short of a register is filled up with numbers that weigh nothing.
    private static void Normalize(ushort* row, int count, float scale, float* exponentials)
    {
        int whole = count - count % Bf16.Lanes, rest = count - whole;
        var nothing = Vector512.Create(float.NegativeInfinity);
        var beyond = Vector512.GreaterThanOrEqual(Vector512<float>.Indices, Vector512.Create((float)rest));
        var last = rest > 0 ? Vector512.ConditionalSelect(beyond, nothing, Bf16.Load(row + whole, rest)) : nothing;
        var highest = last;
        for (var i = 0; i < whole; i += Bf16.Lanes)
        {
            highest = Vector512.Max(highest, Bf16.Load(row + i));
        }

        var factor = Vector512.Create(scale);
        var shift = Vector512.Create(Max(highest) * scale);
        var sum = Vector512.Exp(last * factor - shift);
        var tail = sum;
        for (var i = 0; i < whole; i += Bf16.Lanes)
        {
            var value = Vector512.Exp(Bf16.Load(row + i) * factor - shift);
            value.Store(exponentials + i);
            sum += value;
        }

        var inverse = Vector512.Create(1 / Vector512.Sum(sum));
        for (var i = 0; i < whole; i += Bf16.Lanes)
        {
            Bf16.Store(Vector512.Load(exponentials + i) * inverse, row + i);
        }

        if (rest > 0)
        {
            Bf16.Store(tail * inverse, row + whole, rest);
        }
    }

    // dS = s·P·(dP - Σ dP·P)
    private static void BackwardRow(ushort* d, ushort* p, int count, float scale)
    {
        var sum = Vector512<float>.Zero;
        var i = 0;
        for (; i <= count - Bf16.Lanes; i += Bf16.Lanes)
        {
            sum += Bf16.Load(d + i) * Bf16.Load(p + i);
        }

        var rest = count - i;
        if (rest > 0)
        {
            sum += Bf16.Load(d + i, rest) * Bf16.Load(p + i, rest);
        }

        var mean = Vector512.Create(Vector512.Sum(sum));
        var factor = Vector512.Create(scale);
        for (i = 0; i <= count - Bf16.Lanes; i += Bf16.Lanes)
        {
            Bf16.Store((Bf16.Load(d + i) - mean) * Bf16.Load(p + i) * factor, d + i);
        }

        if (rest > 0)
        {
            Bf16.Store((Bf16.Load(d + i, rest) - mean) * Bf16.Load(p + i, rest) * factor, d + i, rest);
        }
    }

    private static float Max(Vector512<float> values)
    {
        var top = values[0];
        for (var lane = 1; lane < Bf16.Lanes; lane++)
        {
            top = MathF.Max(top, values[lane]);
        }

        return top;
    }
}

/// <summary>What the rows of a block of queries may see of the keys beside them.</summary>
/// <param name="FirstToken">Place of the block's first token in its segment.</param>
/// <param name="FirstKey">Place of the first key.</param>
/// <param name="Group">Query rows of one token.</param>
/// <param name="Window">Tokens that one may look back to, itself included; null for all.</param>
internal readonly record struct Sight(int FirstToken, int FirstKey, int Group, int? Window)
{
    /// <summary>The range of keys that a row sees.</summary>
    internal (int From, int To) Of(int row, int keys)
    {
        var token = FirstToken + row / Group;
        var from = Window is { } window ? Math.Max(0, token + 1 - window - FirstKey) : 0;
        return (from, Math.Min(keys, token + 1 - FirstKey));
    }
}
