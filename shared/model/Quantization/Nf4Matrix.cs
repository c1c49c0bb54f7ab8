using System.Runtime.Intrinsics;
using LoraMesh.Model.Kernels;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Quantization;

/// <summary>
/// 4 bits a weight in bitsandbytes' layout: weights in row-major order, two to a byte, the first in the upper half; for every 64 of
/// them their largest magnitude, which the code is multiplied with.
/// </summary>
internal sealed unsafe class Nf4Matrix : QuantizedMatrix
{
    /// <summary>Weights that share a scale; bitsandbytes' own default.</summary>
    internal const int BlockSize = 64;

    private readonly Tensor _codes; // two weights a byte
    private readonly Tensor? _scales; // (blocks); null where they are rounded too
    private readonly QuantizedScales? _doubly;

    internal Nf4Matrix(Tensor matrix, bool doubly)
        : base(matrix.shape)
    {
        using var scope = NewDisposeScope();
        var weights = matrix.contiguous();
        var count = weights.numel();
        var from = (float*)TorchAbi.Address(weights);
        var blocks = (count + BlockSize - 1) / BlockSize;
        var codes = zeros((count + 1) / 2, ScalarType.Byte);
        var scales = new float[blocks];
        var bytes = (byte*)TorchAbi.Address(codes);
        RowLoop.Run(blocks, BlockSize, (first, end) =>
        {
            for (var block = first; block < end; block++)
            {
                var (start, length) = (block * BlockSize, (int)Math.Min(BlockSize, count - (block * BlockSize)));
                var largest = 0f;
                foreach (var weight in new ReadOnlySpan<float>(from + start, length))
                {
                    largest = Math.Max(largest, Math.Abs(weight));
                }

                scales[block] = largest;
                var inverse = largest > 0 ? 1 / largest : 0;
                for (var i = 0; i < length; i++)
                {
                    // A block has an even number of weights, so no byte belongs to two.
                    bytes[(start + i) / 2] |= (byte)(NormalFloat.Nearest(from[start + i] * inverse) << (i % 2 == 0 ? 4 : 0));
                }
            }
        });
        _codes = codes.DetachFromDisposeScope();
        _doubly = doubly ? new QuantizedScales(scales) : null;
        _scales = doubly ? null : tensor(scales).DetachFromDisposeScope();
    }

    internal override long Bytes => _codes.numel() + (_doubly?.Bytes ?? 4 * _scales!.numel());

    protected override void Fill(long first, long end, float* single, ushort* half)
    {
        var codes = (byte*)TorchAbi.Address(_codes);
        var scales = _scales is null ? null : (float*)TorchAbi.Address(_scales);
        var table = Vector512.Create(NormalFloat.Values);
        var (at, last) = (first * Shape[1], end * Shape[1]);
        while (at < last)
        {
            var block = at / BlockSize;
            var stop = Math.Min(last, (block + 1) * BlockSize);
            var scale = _doubly?.Of(block) ?? scales[block];
            for (; at < stop && at % 2 != 0; at++)
            {
                One(at);
            }

            for (; at <= stop - Bf16.Lanes; at += Bf16.Lanes)
            {
                // Sixteen weights are eight bytes, the first of each in its upper half.
                var pairs = Vector256.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)(codes + (at / 2))).AsByte().ToVector256Unsafe());
                var halves = (pairs >>> 4) | ((pairs & Vector256.Create((ushort)0xF)) << 8);
                var (low, high) = Vector256.Widen(Vector256.WidenLower(halves.AsByte()));
                var indices = Vector512.Create(low, high).AsInt32();
                Int8Matrix.Write(Vector512.Shuffle(table, indices) * scale, at, single, half);
            }

            for (; at < stop; at++)
            {
                One(at);
            }

            void One(long weight) => Int8Matrix.Write(NormalFloat.Values[(codes[weight / 2] >> (weight % 2 == 0 ? 4 : 0)) & 0xF] * scale, weight, single, half);
        }
    }

    public override void Dispose()
    {
        _codes.Dispose();
        _scales?.Dispose();
    }
}
