using System.Runtime.Intrinsics;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

/// <summary>
/// Inverted dropout whose mask is a function of seed and position: it is made again in the backward pass instead of
/// being kept, and a resumed training drops the same entries. Random bits of an entry: a 32-bit hash of its position (two
/// multiply-xorshift rounds, as in MurmurHash3's finalizer), which vectorises; the start comes from seed and stream by
/// SplitMix64 (Steele et al., 2014, doi:10.1145/2660193.2660195).
/// </summary>
internal sealed class Dropout(ulong seed, double probability)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
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

        if (x.dtype == ScalarType.BFloat16)
        {
            using var wide = x.to_type(ScalarType.Float32);
            using var dropped = Apply(wide, stream);
            return dropped.to_type(ScalarType.BFloat16);
        }

        var source = x.contiguous();
        var result = empty_like(source);
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
        var start = (uint)Mix((seed * Golden) ^ (uint)stream);
        var i = 0L;
        var step = Vector256.Create((uint)Vector256<uint>.Count);
        var positions = Vector256.Create(start) + Vector256<uint>.Indices;
        for (; i <= count - Vector256<uint>.Count; i += Vector256<uint>.Count, positions += step)
        {
            var kept = Vector256.GreaterThanOrEqual(Hash(positions) >>> (32 - Bits), Vector256.Create(_threshold));
            (Vector256.Load(source + i) * _scale & kept.AsSingle()).Store(result + i);
        }

        for (; i < count; i++)
        {
            var kept = Hash(Vector256.Create(start + (uint)i))[0] >>> (32 - Bits) >= _threshold;
            result[i] = kept ? source[i] * _scale : 0;
        }
    }

    private static Vector256<uint> Hash(Vector256<uint> x)
    {
        x = (x ^ (x >>> 16)) * 0x85EBCA6Bu;
        x = (x ^ (x >>> 13)) * 0xC2B2AE35u;
        return x ^ (x >>> 16);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
