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
            var last = Lift(between, up, rank) * scale;
            for (var lane = 0; i < _outputs; i++, lane++)
            {
                y[i] += last[lane];
            }
        }
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
