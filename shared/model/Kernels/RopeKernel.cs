using System.Runtime.Intrinsics;
using LoraMesh.Model.Runtime;
using static TorchSharp.torch;

namespace LoraMesh.Model.Kernels;

// T tokens, H heads, W head width, D rotated dimensions of it.

/// <summary>Rotary embedding on bfloat16, in the layout of <see cref="Decoder.Rope"/>.</summary>
internal static unsafe class RopeKernel
{
    /// <summary>x [T, H, W] bfloat16, cos and sin [T, 1, D] float32 → rotated copy; direction -1 rotates back.</summary>
    internal static Tensor Rotate(Tensor x, Tensor cos, Tensor sin, float direction)
    {
        var y = empty_like(x);
        int heads = (int)x.size(1), width = (int)x.size(2), rotary = (int)cos.size(-1), half = rotary / 2;
        ushort* source = (ushort*)TorchAbi.Address(x), target = (ushort*)TorchAbi.Address(y);
        float* cosines = (float*)TorchAbi.Address(cos), sines = (float*)TorchAbi.Address(sin);
        RowLoop.Run(x.size(0), heads * width, (first, end) =>
        {
            for (var row = first * heads; row < end * heads; row++)
            {
                ushort* from = source + row * width, to = target + row * width;
                Turn(from, to, cosines + row / heads * rotary, sines + row / heads * rotary, half, direction);
                new ReadOnlySpan<ushort>(from + rotary, width - rotary).CopyTo(new Span<ushort>(to + rotary, width - rotary));
            }
        });
        return y;
    }

    // (a, b) → (a·cos - b·sin, b·cos + a·sin)
    private static void Turn(ushort* from, ushort* to, float* cos, float* sin, int half, float direction)
    {
        var i = 0;
        for (; i <= half - Bf16.Lanes; i += Bf16.Lanes)
        {
            Vector512<float> a = Bf16.Load(from + i), b = Bf16.Load(from + half + i);
            Vector512<float> c = Vector512.Load(cos + i), s = Vector512.Load(sin + i) * direction;
            Bf16.Store(a * c - b * s, to + i);
            Bf16.Store(b * c + a * s, to + half + i);
        }

        for (; i < half; i++)
        {
            Vector512<float> a = Bf16.Load(from + i, 1), b = Bf16.Load(from + half + i, 1);
            Bf16.Store(a * cos[i] - b * (sin[i] * direction), to + i, 1);
            Bf16.Store(b * cos[i] + a * (sin[i] * direction), to + half + i, 1);
        }
    }
}
