using System.Runtime.Intrinsics;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Stepping;

// I inputs, O outputs, R rank.

/// <summary>
/// A pair of matrices as a step reads it: A as it is, and B turned, sixteen outputs of all ranks after each other, so that both are
/// read from the first number to the last. y += s·B(Ax) for one row then needs no memory but its R numbers in between
/// (BGMV: Chen et al., 2023, arXiv 2310.18547).
/// </summary>
internal sealed unsafe class StepPair : IDisposable
{
    private const int Lanes = 16;

    private readonly NativeFloats _turned = new(); // (O/16, R, 16)
    private readonly StepMatrix _down;
    private readonly float* _up;
    private readonly float _scale;
    private readonly int _outputs;

    internal StepPair(Tensor a, Tensor b, double scale)
    {
        int rank = (int)a.size(0), inputs = (int)a.size(1);
        _outputs = (int)b.size(0);
        _scale = (float)scale;
        _down = new StepMatrix((nint)TorchAbi.Address(a), 32, 0, inputs, rank);
        _up = _turned.Reserve(TurnedCount(_outputs, rank));
        var from = (float*)TorchAbi.Address(b); // (O, R)
        for (long output = 0; output < _outputs; output++)
        {
            for (var r = 0; r < rank; r++)
            {
                _up[(output / Lanes * Lanes * rank) + (r * Lanes) + (output % Lanes)] = from[(output * rank) + r];
            }
        }
    }

    internal int Rank => _down.Outputs;

    /// <summary>Numbers of B [O, R], turned.</summary>
    internal static long TurnedCount(long outputs, long rank) => (outputs + Lanes - 1) / Lanes * Lanes * rank;

    /// <summary>Adds to one row.</summary>
    /// <param name="panel">The row's input, [I], as a panel of one (<see cref="StepPanels"/>).</param>
    /// <param name="between">Room for the numbers in between, a multiple of four that holds R.</param>
    /// <param name="y">Output, [O].</param>
    internal void Add(float* panel, float* between, float* y)
    {
        var scale = _scale;
        var rank = Rank;
        ProductKernel.One(_down, panel, between);
        var i = 0;
        var up = _up;
        for (; i <= _outputs - Lanes; i += Lanes)
        {
            (Vector512.Load(y + i) + (Lift(between, up, rank) * scale)).Store(y + i);
            up += (long)rank * Lanes;
        }

        if (i < _outputs)
        {
            AddLast(between, up, i, y);
        }
    }

    /// <summary>Adds to eight rows at once, to each what <see cref="Add"/> would.</summary>
    /// <param name="panel">Their inputs, a panel of eight.</param>
    /// <param name="between">Room for the numbers in between, 8·R.</param>
    /// <param name="y">Outputs, [8, O].</param>
    internal void AddEight(float* panel, float* between, StepRows y)
    {
        var rank = Rank;
        ProductKernel.Eight(_down, panel, new StepRows((nint)between, 8, rank, rank));
        for (var row = 0; row < 8; row += 4, between += 4 * rank)
        {
            float* y0 = y.Row(row), y1 = y.Row(row + 1), y2 = y.Row(row + 2), y3 = y.Row(row + 3);
            var up = _up;
            var i = 0;
            for (; i <= _outputs - Lanes; i += Lanes, up += (long)rank * Lanes)
            {
                LiftFour(between, up, rank, out var a, out var b, out var c, out var d);
                (Vector512.Load(y0 + i) + (a * _scale)).Store(y0 + i);
                (Vector512.Load(y1 + i) + (b * _scale)).Store(y1 + i);
                (Vector512.Load(y2 + i) + (c * _scale)).Store(y2 + i);
                (Vector512.Load(y3 + i) + (d * _scale)).Store(y3 + i);
            }

            for (var j = 0; i < _outputs && j < 4; j++)
            {
                AddLast(between + (j * rank), up, i, y.Row(row + j));
            }
        }
    }

    // Outputs from the first on, fewer than sixteen.
    private void AddLast(float* between, float* up, int first, float* y)
    {
        var last = Lift(between, up, Rank) * _scale;
        for (var lane = 0; first + lane < _outputs; lane++)
        {
            y[first + lane] += last[lane];
        }
    }

    // As Lift, for four rows of numbers in between.
    private static void LiftFour(float* between, float* up, int rank, out Vector512<float> a, out Vector512<float> b, out Vector512<float> c, out Vector512<float> d)
    {
        float* second = between + rank, third = second + rank, fourth = third + rank;
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        var r = 0;
        for (; r <= rank - 2; r += 2)
        {
            Vector512<float> even = Vector512.Load(up + (r * Lanes)), odd = Vector512.Load(up + ((r + 1) * Lanes));
            a0 = Vector512.MultiplyAddEstimate(Vector512.Create(between[r]), even, a0);
            b0 = Vector512.MultiplyAddEstimate(Vector512.Create(second[r]), even, b0);
            c0 = Vector512.MultiplyAddEstimate(Vector512.Create(third[r]), even, c0);
            d0 = Vector512.MultiplyAddEstimate(Vector512.Create(fourth[r]), even, d0);
            a1 = Vector512.MultiplyAddEstimate(Vector512.Create(between[r + 1]), odd, a1);
            b1 = Vector512.MultiplyAddEstimate(Vector512.Create(second[r + 1]), odd, b1);
            c1 = Vector512.MultiplyAddEstimate(Vector512.Create(third[r + 1]), odd, c1);
            d1 = Vector512.MultiplyAddEstimate(Vector512.Create(fourth[r + 1]), odd, d1);
        }

        if (r < rank)
        {
            var even = Vector512.Load(up + (r * Lanes));
            a0 = Vector512.MultiplyAddEstimate(Vector512.Create(between[r]), even, a0);
            b0 = Vector512.MultiplyAddEstimate(Vector512.Create(second[r]), even, b0);
            c0 = Vector512.MultiplyAddEstimate(Vector512.Create(third[r]), even, c0);
            d0 = Vector512.MultiplyAddEstimate(Vector512.Create(fourth[r]), even, d0);
        }

        (a, b, c, d) = (a0 + a1, b0 + b1, c0 + c1, d0 + d1);
    }

    // Sixteen outputs: Σ of the numbers in between times their weights.
    private static Vector512<float> Lift(float* between, float* up, int rank)
    {
        Vector512<float> even = default, odd = default;
        var r = 0;
        for (; r <= rank - 2; r += 2)
        {
            even = Vector512.MultiplyAddEstimate(Vector512.Create(between[r]), Vector512.Load(up + (r * Lanes)), even);
            odd = Vector512.MultiplyAddEstimate(Vector512.Create(between[r + 1]), Vector512.Load(up + ((r + 1) * Lanes)), odd);
        }

        return r < rank ? Vector512.MultiplyAddEstimate(Vector512.Create(between[r]), Vector512.Load(up + (r * Lanes)), even) + odd : even + odd;
    }

    public void Dispose() => _turned.Dispose();
}
