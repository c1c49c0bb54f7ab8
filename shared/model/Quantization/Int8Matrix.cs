using System.Runtime.Intrinsics;
using LoraMesh.Model.Kernels;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Quantization;

/// <summary>8 bits a weight: the nearest of -127 to 127 times a scale of each row, which is its largest magnitude by 127.</summary>
internal sealed unsafe class Int8Matrix : QuantizedMatrix
{
    private readonly Tensor _codes; // (O, I)
    private readonly Tensor _scales; // (O)

    internal Int8Matrix(Tensor matrix)
        : base(matrix.shape)
    {
        using var scope = NewDisposeScope();
        var scales = matrix.abs().amax([1]).div_(127f);
        // A row of zeros stays one.
        _codes = (matrix / scales.clamp_min(float.Epsilon * (1 << 24)).unsqueeze(1)).round_().clamp_(-127, 127).to_type(ScalarType.Int8).DetachFromDisposeScope();
        _scales = scales.DetachFromDisposeScope();
    }

    /// <summary>How a step reads it.</summary>
    internal StepMatrix Step() => new((nint)TorchAbi.Address(_codes), 8, (nint)TorchAbi.Address(_scales), (int)Shape[1], (int)Shape[0]);

    internal override long Bytes => _codes.numel() + (4 * _scales.numel());

    protected override void Fill(long first, long end, float* single, ushort* half)
    {
        var width = Shape[1];
        var codes = (sbyte*)TorchAbi.Address(_codes);
        var scales = (float*)TorchAbi.Address(_scales);
        for (var row = first; row < end; row++)
        {
            var from = codes + (row * width);
            var scale = scales[row];
            long i = 0;
            for (; i <= width - Bf16.Lanes; i += Bf16.Lanes)
            {
                var (low, high) = Vector256.Widen(Vector256.WidenLower(Vector128.Load(from + i).ToVector256Unsafe()));
                Write(Vector512.ConvertToSingle(Vector512.Create(low, high)) * scale, (row * width) + i, single, half);
            }

            for (; i < width; i++)
            {
                Write(from[i] * scale, (row * width) + i, single, half);
            }
        }
    }

    public override void Dispose()
    {
        _codes.Dispose();
        _scales.Dispose();
    }

    internal static void Write(Vector512<float> values, long at, float* single, ushort* half)
    {
        if (half is null)
        {
            values.Store(single + at);
        }
        else
        {
            Bf16.Store(values, half + at);
        }
    }

    internal static void Write(float value, long at, float* single, ushort* half)
    {
        if (half is null)
        {
            single[at] = value;
        }
        else
        {
            Bf16.Store(Vector512.Create(value), half + at, 1);
        }
    }
}
