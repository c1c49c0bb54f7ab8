using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LoraMesh.Model.Kernels;

/// <summary>bfloat16 in memory, float32 in registers: sixteen numbers at a time.</summary>
internal static unsafe class Bf16
{
    /// <summary>Numbers of one step.</summary>
    internal const int Lanes = 16;

    /// <summary>Whether a tensor can be worked on by address: bfloat16, on the processor, without gaps.</summary>
    internal static bool Fits(TorchSharp.torch.Tensor tensor) =>
        tensor.dtype == TorchSharp.torch.ScalarType.BFloat16 && tensor.device_type == TorchSharp.DeviceType.CPU && tensor.is_contiguous();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Load(ushort* from) => Widen(Vector256.Load(from));

    /// <summary>The first <paramref name="count"/> numbers, and zeros behind them.</summary>
    internal static Vector512<float> Load(ushort* from, int count)
    {
        var part = stackalloc ushort[Lanes];
        new ReadOnlySpan<ushort>(from, count).CopyTo(new Span<ushort>(part, Lanes));
        return Widen(Vector256.Load(part));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector512<float> value, ushort* to) => Narrow(value).Store(to);

    internal static void Store(Vector512<float> value, ushort* to, int count)
    {
        var part = stackalloc ushort[Lanes];
        Narrow(value).Store(part);
        new ReadOnlySpan<ushort>(part, count).CopyTo(new Span<ushort>(to, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector256<ushort> halves)
    {
        var (low, high) = Vector256.Widen(halves);
        return (Vector512.Create(low, high) << 16).AsSingle();
    }

    // To the nearest, and to even between two. NaN keeps a bit of its payload that the sum could carry away.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Narrow(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
        rounded = Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, Vector512.Create(0x7FC0u));
        return Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
    }
}
