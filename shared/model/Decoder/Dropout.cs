using System.Runtime.Intrinsics;
using LoraMesh.Model.Kernels;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

/// <summary>
/// Inverted dropout whose mask is a function of seed and position: it is made again in the backward pass instead of
/// being kept, and a resumed training drops the same entries. The bits are those of <see cref="CounterBits"/>.
/// </summary>
internal sealed class Dropout(ulong seed, double probability)
{
    private const int Bits = 24;

    private readonly float _scale = (float)(1 / (1 - probability));
    private readonly uint _threshold = (uint)Math.Round(probability * (1 << Bits));

    /// <summary>A copy of contiguous rows in which dropped entries are zero and the others scaled up.</summary>
    /// <param name="x">float32 or bfloat16, any shape.</param>
    /// <param name="stream">Which mask; the same number gives the same one.</param>
    internal unsafe Tensor Apply(Tensor x, int stream)
    {
        if (x.device_type != TorchSharp.DeviceType.CPU)
        {
            using var mask = Mask(x, stream);
            return (x * mask).to_type(x.dtype);
        }

        var source = x.contiguous();
        var result = empty_like(source);
        if (x.dtype == ScalarType.BFloat16)
        {
            // Addresses travel as numbers: a lambda cannot hold them otherwise.
            var (from, to) = ((nint)TorchAbi.Address(source), (nint)TorchAbi.Address(result));
            var count = source.numel();
            RowLoop.Run((count + Bf16.Lanes - 1) / Bf16.Lanes, Bf16.Lanes, (first, end) => FillHalf((ushort*)from, (ushort*)to, first * Bf16.Lanes, Math.Min(end * Bf16.Lanes, count), stream));
            return result;
        }

        Fill((float*)TorchAbi.Address(source), (float*)TorchAbi.Address(result), source.numel(), stream);
        return result;
    }

    /// <summary>The mask itself: 0 or 1 / (1 - p); the plain-operator twin of <see cref="Apply"/>.</summary>
    internal unsafe Tensor Mask(Tensor x, int stream)
    {
        var mask = ones(x.shape);
        Fill((float*)TorchAbi.Address(mask), (float*)TorchAbi.Address(mask), mask.numel(), stream);
        return mask.to(x.device);
    }

    private unsafe void Fill(float* source, float* result, long count, int stream)
    {
        var start = CounterBits.Start(seed, stream);
        var i = 0L;
        var step = Vector256.Create((uint)Vector256<uint>.Count);
        var positions = Vector256.Create(start) + Vector256<uint>.Indices;
        for (; i <= count - Vector256<uint>.Count; i += Vector256<uint>.Count, positions += step)
        {
            (Vector256.Load(source + i) * _scale & Kept(positions).AsSingle()).Store(result + i);
        }

        for (; i < count; i++)
        {
            result[i] = Kept(Vector256.Create(start + (uint)i))[0] != 0 ? source[i] * _scale : 0;
        }
    }

    // The same in bfloat16, from an entry up to the end.
    private unsafe void FillHalf(ushort* source, ushort* result, long first, long end, int stream)
    {
        var start = CounterBits.Start(seed, stream);
        for (var i = first; i < end; i += Bf16.Lanes)
        {
            var low = Vector256.Create(start + (uint)i) + Vector256<uint>.Indices;
            var kept = Vector512.Create(Kept(low), Kept(low + Vector256.Create((uint)Vector256<uint>.Count))).AsSingle();
            var count = (int)Math.Min(Bf16.Lanes, end - i);
            if (count == Bf16.Lanes)
            {
                Bf16.Store(Bf16.Load(source + i) * _scale & kept, result + i);
            }
            else
            {
                Bf16.Store(Bf16.Load(source + i, count) * _scale & kept, result + i, count);
            }
        }
    }

    // All bits of the entries that stay.
    private Vector256<uint> Kept(Vector256<uint> positions) => Vector256.GreaterThanOrEqual(CounterBits.Of(positions) >>> (32 - Bits), Vector256.Create(_threshold));
}
