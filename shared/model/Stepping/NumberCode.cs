using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LoraMesh.Model.Stepping;

/// <summary>How the numbers of a matrix lie in memory; they are read 32 at a time into two registers.</summary>
internal unsafe interface INumberCode
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Whether the first register gets the numbers of even index and the second those of odd; else sixteen neighbours each.</summary>
    static abstract bool Paired { get; }

    /// <summary>The 32 numbers from an address on.</summary>
    static abstract void Load(byte* from, out Vector512<float> first, out Vector512<float> second);
}

/// <summary>float32.</summary>
internal readonly unsafe struct SingleCode : INumberCode
{
    public static int Size => 4;

    public static bool Paired => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* from, out Vector512<float> first, out Vector512<float> second) =>
        (first, second) = (Vector512.Load((float*)from), Vector512.Load((float*)from + 16));
}

/// <summary>bfloat16: the upper half of a float32, so that two neighbours are made of one register by a shift and a mask.</summary>
internal readonly unsafe struct HalfCode : INumberCode
{
    public static int Size => 2;

    public static bool Paired => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* from, out Vector512<float> first, out Vector512<float> second)
    {
        var pairs = Vector512.Load((uint*)from);
        (first, second) = ((pairs << 16).AsSingle(), (pairs & Vector512.Create(0xFFFF0000u)).AsSingle());
    }
}

/// <summary>Whole numbers of 8 bits; the row's scale is applied to the sum.</summary>
internal readonly unsafe struct ByteCode : INumberCode
{
    public static int Size => 1;

    public static bool Paired => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* from, out Vector512<float> first, out Vector512<float> second) =>
        (first, second) = (Widen(Vector128.Load((sbyte*)from)), Widen(Vector128.Load((sbyte*)from + 16)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Widen(Vector128<sbyte> codes)
    {
        if (Avx512F.IsSupported)
        {
            return Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(codes));
        }

        var (low, high) = Vector256.Widen(Vector256.WidenLower(codes.ToVector256Unsafe()));
        return Vector512.ConvertToSingle(Vector512.Create(low, high));
    }
}
