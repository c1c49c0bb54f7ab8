using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LoraMesh.Model.Stepping;

/// <summary>Sums over the lanes of registers, always in the same order: halves, quarters, pairs.</summary>
internal static class LaneSums
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
