using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Kernels;

/// <summary>silu(gate)·up on bfloat16 of any shape.</summary>
internal static unsafe class GatedUnitKernel
{
    /// <summary>The product.</summary>
    internal static Tensor Forward(Tensor gate, Tensor up)
    {
        var y = empty_like(gate);
        ushort* g = (ushort*)TorchAbi.Address(gate), u = (ushort*)TorchAbi.Address(up), to = (ushort*)TorchAbi.Address(y);
        RowLoop.Run(gate.numel() / Bf16.Lanes + 1, Bf16.Lanes, (first, end) =>
        {
            for (long i = first * Bf16.Lanes, last = Math.Min(end * Bf16.Lanes, gate.numel()); i < last; i += Bf16.Lanes)
            {
                var count = (int)Math.Min(Bf16.Lanes, last - i);
                if (count == Bf16.Lanes)
                {
                    var x = Bf16.Load(g + i);
                    Bf16.Store(x * Sigmoid(x) * Bf16.Load(u + i), to + i);
                }
                else
                {
                    var x = Bf16.Load(g + i, count);
                    Bf16.Store(x * Sigmoid(x) * Bf16.Load(u + i, count), to + i, count);
                }
            }
        });
        return y;
    }

    /// <summary>Gradients of gate and up from that of the product.</summary>
    internal static (Tensor DGate, Tensor DUp) Backward(Tensor gate, Tensor up, Tensor dy)
    {
        var (dGate, dUp) = (empty_like(gate), empty_like(up));
        ushort* g = (ushort*)TorchAbi.Address(gate), u = (ushort*)TorchAbi.Address(up), d = (ushort*)TorchAbi.Address(dy);
        ushort* toGate = (ushort*)TorchAbi.Address(dGate), toUp = (ushort*)TorchAbi.Address(dUp);
        RowLoop.Run(gate.numel() / Bf16.Lanes + 1, Bf16.Lanes, (first, end) =>
        {
            for (long i = first * Bf16.Lanes, last = Math.Min(end * Bf16.Lanes, gate.numel()); i < last; i += Bf16.Lanes)
            {
                var count = (int)Math.Min(Bf16.Lanes, last - i);
                if (count == Bf16.Lanes)
                {
                    Slopes(Bf16.Load(g + i), Bf16.Load(u + i), Bf16.Load(d + i), out var gateSlope, out var upSlope);
                    Bf16.Store(gateSlope, toGate + i);
                    Bf16.Store(upSlope, toUp + i);
                }
                else
                {
                    Slopes(Bf16.Load(g + i, count), Bf16.Load(u + i, count), Bf16.Load(d + i, count), out var gateSlope, out var upSlope);
                    Bf16.Store(gateSlope, toGate + i, count);
                    Bf16.Store(upSlope, toUp + i, count);
                }
            }
        });
        return (dGate, dUp);
    }

    // With σ = σ(g): d(gσ)/dg = σ·(1 + g·(1 - σ)).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slopes(Vector512<float> g, Vector512<float> u, Vector512<float> d, out Vector512<float> gate, out Vector512<float> up)
    {
        var sigma = Sigmoid(g);
        gate = d * u * sigma * (Vector512<float>.One + g * (Vector512<float>.One - sigma));
        up = d * g * sigma;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Vector512.Exp(-x));
}
