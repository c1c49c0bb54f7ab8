using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LoraMesh.Benchmarks.Serving;

/// <summary>How fast one thread reads memory that is in none of its own caches.</summary>
internal static unsafe class ReadBandwidth
{
    private const int Rounds = 9;

    /// <summary>Bytes a processor second, the best of some rounds over so many bytes.</summary>
    internal static double Measure(long bytes)
    {
        var numbers = bytes / sizeof(float) / 64 * 64;
        var data = (float*)NativeMemory.AlignedAlloc((nuint)(numbers * sizeof(float)), 64);
        NativeMemory.Fill(data, (nuint)(numbers * sizeof(float)), 1);
        var (best, sum) = (double.MaxValue, 0f);
        for (var round = 0; round < Rounds; round++)
        {
            var before = Environment.CpuUsage.TotalTime;
            sum += Sum(data, numbers);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        NativeMemory.AlignedFree(data);
        return sum > 0 ? numbers * sizeof(float) / best : throw new InvalidOperationException("Nothing was read.");
    }

    private static float Sum(float* data, long count)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        for (long i = 0; i < count; i += 64)
        {
            a += Vector512.Load(data + i);
            b += Vector512.Load(data + i + 16);
            c += Vector512.Load(data + i + 32);
            d += Vector512.Load(data + i + 48);
        }

        return Vector512.Sum(a + b + c + d);
    }
}
