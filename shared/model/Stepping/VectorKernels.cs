using System.Runtime.Intrinsics;

namespace LoraMesh.Model.Stepping;

/// <summary>What happens to one row between two products, on float32.</summary>
internal static unsafe class VectorKernels
{
    private const int Lanes = 16;

    /// <summary>y = (w + offset)·x/√(mean(x²) + ε); y may be x.</summary>
    internal static void RmsNorm(float* x, float* weight, float offset, double epsilon, int width, float* y)
    {
        var sums = Vector512<float>.Zero;
        var i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            var value = Vector512.Load(x + i);
            sums += value * value;
        }

        var sum = LaneSums.Of(sums);
        for (; i < width; i++)
        {
            sum += x[i] * x[i];
        }

        var inverse = (float)(1 / Math.Sqrt((sum / width) + epsilon));
        for (i = 0; i <= width - Lanes; i += Lanes)
        {
            (Vector512.Load(x + i) * inverse * (Vector512.Load(weight + i) + Vector512.Create(offset))).Store(y + i);
        }

        for (; i < width; i++)
        {
            y[i] = x[i] * inverse * (weight[i] + offset);
        }
    }

    /// <summary>Rotates pairs (i, i + half) of one head by their angles, in place.</summary>
    internal static void Rotate(float* x, float* cos, float* sin, int half)
    {
        var i = 0;
        for (; i <= half - Lanes; i += Lanes)
        {
            Vector512<float> a = Vector512.Load(x + i), b = Vector512.Load(x + half + i), c = Vector512.Load(cos + i), s = Vector512.Load(sin + i);
            ((a * c) - (b * s)).Store(x + i);
            ((b * c) + (a * s)).Store(x + half + i);
        }

        for (; i < half; i++)
        {
            (x[i], x[half + i]) = ((x[i] * cos[i]) - (x[half + i] * sin[i]), (x[half + i] * cos[i]) + (x[i] * sin[i]));
        }
    }

    /// <summary>gate = silu(gate)·up.</summary>
    internal static void SiluProduct(float* gate, float* up, int width)
    {
        var i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            var z = Vector512.Load(gate + i);
            (z / (Vector512<float>.One + Vector512.Exp(-z)) * Vector512.Load(up + i)).Store(gate + i);
        }

        for (; i < width; i++)
        {
            gate[i] = gate[i] / (1 + MathF.Exp(-gate[i])) * up[i];
        }
    }

    /// <summary>y += x.</summary>
    internal static void Add(float* x, float* y, int width)
    {
        var i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            (Vector512.Load(y + i) + Vector512.Load(x + i)).Store(y + i);
        }

        for (; i < width; i++)
        {
            y[i] += x[i];
        }
    }

    /// <summary>x = c·tanh(x/c).</summary>
    internal static void Cap(float* x, float cap, int width)
    {
        for (var i = 0; i < width; i++)
        {
            x[i] = cap * MathF.Tanh(x[i] / cap);
        }
    }
}
