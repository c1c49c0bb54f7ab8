using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LoraMesh.Model.Stepping;

/// <summary>Sums over the lanes of registers, always in the same order: halves, quarters, pairs.</summary>
internal static unsafe class LaneSums
{
    /// <summary>The sums of four registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<float> Of(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var all = Vector512.Create(Vector256.Create(Quarter(a), Quarter(b)), Vector256.Create(Quarter(c), Quarter(d)));
        all += Vector512.Shuffle(all, Vector512.Create(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
        all += Vector512.Shuffle(all, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
        return Vector512.Shuffle(all, Vector512.Create(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).GetLower().GetLower();
    }

    /// <summary>
    /// The sums of sixteen registers, each as <see cref="Of(Vector512{float})"/> takes it: the first of the earlier eight, the first of the
    /// later eight, the second of the earlier, and so on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> OfEights(Vector512<float>* x)
    {
        var even = Pairs(Quarters(x[0], x[2], x[4], x[6]), Quarters(x[8], x[10], x[12], x[14]));
        var odd = Pairs(Quarters(x[1], x[3], x[5], x[7]), Quarters(x[9], x[11], x[13], x[15]));
        return Avx512F.Shuffle(even, odd, 0b10_00_10_00) + Avx512F.Shuffle(even, odd, 0b11_01_11_01);
    }

    // Four registers, whose halves and then quarters are added: one of 128 bits each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarters(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var (low, high) = (Halves(a, b), Halves(c, d));
        return Avx512F.Shuffle4x128(low, high, 0b10_00_10_00) + Avx512F.Shuffle4x128(low, high, 0b11_01_11_01);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halves(Vector512<float> a, Vector512<float> b) =>
        Avx512F.Shuffle4x128(a, b, 0b01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pairs(Vector512<float> a, Vector512<float> b) =>
        Avx512F.Shuffle(a, b, 0b01_00_01_00) + Avx512F.Shuffle(a, b, 0b11_10_11_10);

    /// <summary>The sum of one register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Of(Vector512<float> a)
    {
        var quarter = Quarter(a);
        quarter += Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1));
        return quarter[0] + quarter[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quarter(Vector512<float> a)
    {
        var half = a.GetLower() + a.GetUpper();
        return half.GetLower() + half.GetUpper();
    }
}
