using System.Runtime.Intrinsics;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Kernels;

// N rows, C channels.

/// <summary>RMS normalization over the last dimension on bfloat16; sums and products in float32.</summary>
internal static unsafe class RmsNormKernel
{
    /// <summary>y = (w + offset)·x/√(mean(x²) + ε); x [N…, C] bfloat16, w [C] float32.</summary>
    internal static Tensor Forward(Tensor x, Tensor weight, double epsilon, float offset)
    {
        var y = empty_like(x);
        var width = (int)x.size(-1);
        ushort* source = (ushort*)TorchAbi.Address(x), target = (ushort*)TorchAbi.Address(y);
        var scale = (float*)TorchAbi.Address(weight);
        RowLoop.Run(x.numel() / width, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                ushort* from = source + row * width, to = target + row * width;
                var inverse = Vector512.Create(InverseRms(from, width, epsilon));
                var add = Vector512.Create(offset);
                var i = 0;
                for (; i <= width - Bf16.Lanes; i += Bf16.Lanes)
                {
                    Bf16.Store(Bf16.Load(from + i) * inverse * (Vector512.Load(scale + i) + add), to + i);
                }

                if (i < width)
                {
                    Bf16.Store(Bf16.Load(from + i, width - i) * inverse * (Floats(scale + i, width - i) + add), to + i, width - i);
                }
            }
        });
        return y;
    }

    /// <summary>dx from the input x and dy.</summary>
    internal static Tensor Backward(Tensor x, Tensor dy, Tensor weight, double epsilon, float offset)
    {
        var dx = empty_like(x);
        var width = (int)x.size(-1);
        ushort* source = (ushort*)TorchAbi.Address(x), slope = (ushort*)TorchAbi.Address(dy), target = (ushort*)TorchAbi.Address(dx);
        var scale = (float*)TorchAbi.Address(weight);
        RowLoop.Run(x.numel() / width, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                BackwardRow(source + row * width, slope + row * width, scale, target + row * width, width, epsilon, offset);
            }
        });
        return dx;
    }

    // With n = x·r and d = dy·w: dx = r·(d - n·mean(d·n)).
    private static void BackwardRow(ushort* x, ushort* dy, float* weight, ushort* dx, int width, double epsilon, float offset)
    {
        var inverse = Vector512.Create(InverseRms(x, width, epsilon));
        var add = Vector512.Create(offset);
        var sum = Vector512<float>.Zero;
        var i = 0;
        for (; i <= width - Bf16.Lanes; i += Bf16.Lanes)
        {
            sum += Bf16.Load(dy + i) * (Vector512.Load(weight + i) + add) * Bf16.Load(x + i);
        }

        if (i < width)
        {
            sum += Bf16.Load(dy + i, width - i) * (Floats(weight + i, width - i) + add) * Bf16.Load(x + i, width - i);
        }

        var projection = inverse * inverse * Vector512.Create(Vector512.Sum(sum) / width);
        for (i = 0; i <= width - Bf16.Lanes; i += Bf16.Lanes)
        {
            Bf16.Store((Bf16.Load(dy + i) * (Vector512.Load(weight + i) + add) - Bf16.Load(x + i) * projection) * inverse, dx + i);
        }

        if (i < width)
        {
            Bf16.Store((Bf16.Load(dy + i, width - i) * (Floats(weight + i, width - i) + add) - Bf16.Load(x + i, width - i) * projection) * inverse, dx + i, width - i);
        }
    }

    private static float InverseRms(ushort* x, int width, double epsilon)
    {
        var sum = Vector512<float>.Zero;
        var i = 0;
        for (; i <= width - Bf16.Lanes; i += Bf16.Lanes)
        {
            var value = Bf16.Load(x + i);
            sum += value * value;
        }

        if (i < width)
        {
            var value = Bf16.Load(x + i, width - i);
            sum += value * value;
        }

        return (float)(1 / Math.Sqrt(Vector512.Sum(sum) / width + epsilon));
    }

    private static Vector512<float> Floats(float* from, int count)
    {
        var part = stackalloc float[Bf16.Lanes];
        new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(part, Bf16.Lanes));
        return Vector512.Load(part);
    }
}
