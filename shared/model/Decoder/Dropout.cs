using System.Runtime.Intrinsics;
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
        var start = CounterBits.Start(seed, stream);
        var i = 0L;
        var step = Vector256.Create((uint)Vector256<uint>.Count);
        var positions = Vector256.Create(start) + Vector256<uint>.Indices;
        for (; i <= count - Vector256<uint>.Count; i += Vector256<uint>.Count, positions += step)
        {
            var kept = Vector256.GreaterThanOrEqual(CounterBits.Of(positions) >>> (32 - Bits), Vector256.Create(_threshold));
            (Vector256.Load(source + i) * _scale & kept.AsSingle()).Store(result + i);
        }

        for (; i < count; i++)
        {
            var kept = CounterBits.Of(Vector256.Create(start + (uint)i))[0] >>> (32 - Bits) >= _threshold;
            result[i] = kept ? source[i] * _scale : 0;
        }
    }
}
