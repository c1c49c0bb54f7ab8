using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LoraMesh.Model.Stepping;

/// <summary>
/// Sums of products in registers, sixteen lanes each, of some rows of a matrix and a panel of rows (<see cref="StepPanels"/>). Written
/// out, because only named locals stay in registers. Sums come out as [matrix row][panel row].
/// </summary>
internal static unsafe class ProductTiles
{
    /// <summary>Four rows of the matrix and a panel of one.</summary>
    internal static void One<T>(byte** matrix, int chunks, int rest, nint ahead, float* x, Vector512<float>* sums)
        where T : INumberCode
    {
        byte* m0 = matrix[0], m1 = matrix[1], m2 = matrix[2], m3 = matrix[3];
        Vector512<float> s0 = default;
        Vector512<float> s1 = default;
        Vector512<float> s2 = default;
        Vector512<float> s3 = default;
        for (; chunks > 0; chunks--)
        {
            Vector512<float> first, second;
            T.Load(m0, out var a0, out var b0);
            T.Load(m1, out var a1, out var b1);
            T.Load(m2, out var a2, out var b2);
            T.Load(m3, out var a3, out var b3);
            first = Vector512.Load(x);
            second = Vector512.Load(x + 16);
            s0 = Add(b0, second, Add(a0, first, s0));
            s1 = Add(b1, second, Add(a1, first, s1));
            s2 = Add(b2, second, Add(a2, first, s2));
            s3 = Add(b3, second, Add(a3, first, s3));
            Fetch(m0 + ahead);
            m0 += StepPanels.Chunk * T.Size;
            Fetch(m1 + ahead);
            m1 += StepPanels.Chunk * T.Size;
            Fetch(m2 + ahead);
            m2 += StepPanels.Chunk * T.Size;
            Fetch(m3 + ahead);
            m3 += StepPanels.Chunk * T.Size;
            x += 1 * StepPanels.Chunk;
        }

        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
        Rest<T>([(nint)m0, (nint)m1, (nint)m2, (nint)m3], 1, rest, x, sums);
    }

    /// <summary>Four rows of the matrix and a panel of four.</summary>
    internal static void Four<T>(byte** matrix, int chunks, int rest, nint ahead, float* x, Vector512<float>* sums)
        where T : INumberCode
    {
        byte* m0 = matrix[0], m1 = matrix[1], m2 = matrix[2], m3 = matrix[3];
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default;
        for (; chunks > 0; chunks--)
        {
            Vector512<float> first, second;
            T.Load(m0, out var a0, out var b0);
            T.Load(m1, out var a1, out var b1);
            T.Load(m2, out var a2, out var b2);
            T.Load(m3, out var a3, out var b3);
            first = Vector512.Load(x);
            second = Vector512.Load(x + 16);
            s00 = Add(b0, second, Add(a0, first, s00));
            s10 = Add(b1, second, Add(a1, first, s10));
            s20 = Add(b2, second, Add(a2, first, s20));
            s30 = Add(b3, second, Add(a3, first, s30));
            first = Vector512.Load(x + 32);
            second = Vector512.Load(x + 48);
            s01 = Add(b0, second, Add(a0, first, s01));
            s11 = Add(b1, second, Add(a1, first, s11));
            s21 = Add(b2, second, Add(a2, first, s21));
            s31 = Add(b3, second, Add(a3, first, s31));
            first = Vector512.Load(x + 64);
            second = Vector512.Load(x + 80);
            s02 = Add(b0, second, Add(a0, first, s02));
            s12 = Add(b1, second, Add(a1, first, s12));
            s22 = Add(b2, second, Add(a2, first, s22));
            s32 = Add(b3, second, Add(a3, first, s32));
            first = Vector512.Load(x + 96);
            second = Vector512.Load(x + 112);
            s03 = Add(b0, second, Add(a0, first, s03));
            s13 = Add(b1, second, Add(a1, first, s13));
            s23 = Add(b2, second, Add(a2, first, s23));
            s33 = Add(b3, second, Add(a3, first, s33));
            Fetch(m0 + ahead);
            m0 += StepPanels.Chunk * T.Size;
            Fetch(m1 + ahead);
            m1 += StepPanels.Chunk * T.Size;
            Fetch(m2 + ahead);
            m2 += StepPanels.Chunk * T.Size;
            Fetch(m3 + ahead);
            m3 += StepPanels.Chunk * T.Size;
            x += 4 * StepPanels.Chunk;
        }

        sums[0] = s00;
        sums[1] = s01;
        sums[2] = s02;
        sums[3] = s03;
        sums[4] = s10;
        sums[5] = s11;
        sums[6] = s12;
        sums[7] = s13;
        sums[8] = s20;
        sums[9] = s21;
        sums[10] = s22;
        sums[11] = s23;
        sums[12] = s30;
        sums[13] = s31;
        sums[14] = s32;
        sums[15] = s33;
        Rest<T>([(nint)m0, (nint)m1, (nint)m2, (nint)m3], 4, rest, x, sums);
    }

    /// <summary>Two rows of the matrix and a panel of eight.</summary>
    internal static void Eight<T>(byte** matrix, int chunks, int rest, nint ahead, float* x, Vector512<float>* sums)
        where T : INumberCode
    {
        byte* m0 = matrix[0], m1 = matrix[1];
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default, s04 = default, s05 = default, s06 = default, s07 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default, s14 = default, s15 = default, s16 = default, s17 = default;
        for (; chunks > 0; chunks--)
        {
            Vector512<float> first, second;
            T.Load(m0, out var a0, out var b0);
            T.Load(m1, out var a1, out var b1);
            first = Vector512.Load(x);
            second = Vector512.Load(x + 16);
            s00 = Add(b0, second, Add(a0, first, s00));
            s10 = Add(b1, second, Add(a1, first, s10));
            first = Vector512.Load(x + 32);
            second = Vector512.Load(x + 48);
            s01 = Add(b0, second, Add(a0, first, s01));
            s11 = Add(b1, second, Add(a1, first, s11));
            first = Vector512.Load(x + 64);
            second = Vector512.Load(x + 80);
            s02 = Add(b0, second, Add(a0, first, s02));
            s12 = Add(b1, second, Add(a1, first, s12));
            first = Vector512.Load(x + 96);
            second = Vector512.Load(x + 112);
            s03 = Add(b0, second, Add(a0, first, s03));
            s13 = Add(b1, second, Add(a1, first, s13));
            first = Vector512.Load(x + 128);
            second = Vector512.Load(x + 144);
            s04 = Add(b0, second, Add(a0, first, s04));
            s14 = Add(b1, second, Add(a1, first, s14));
            first = Vector512.Load(x + 160);
            second = Vector512.Load(x + 176);
            s05 = Add(b0, second, Add(a0, first, s05));
            s15 = Add(b1, second, Add(a1, first, s15));
            first = Vector512.Load(x + 192);
            second = Vector512.Load(x + 208);
            s06 = Add(b0, second, Add(a0, first, s06));
            s16 = Add(b1, second, Add(a1, first, s16));
            first = Vector512.Load(x + 224);
            second = Vector512.Load(x + 240);
            s07 = Add(b0, second, Add(a0, first, s07));
            s17 = Add(b1, second, Add(a1, first, s17));
            Fetch(m0 + ahead);
            m0 += StepPanels.Chunk * T.Size;
            Fetch(m1 + ahead);
            m1 += StepPanels.Chunk * T.Size;
            x += 8 * StepPanels.Chunk;
        }

        sums[0] = s00;
        sums[1] = s01;
        sums[2] = s02;
        sums[3] = s03;
        sums[4] = s04;
        sums[5] = s05;
        sums[6] = s06;
        sums[7] = s07;
        sums[8] = s10;
        sums[9] = s11;
        sums[10] = s12;
        sums[11] = s13;
        sums[12] = s14;
        sums[13] = s15;
        sums[14] = s16;
        sums[15] = s17;
        Rest<T>([(nint)m0, (nint)m1], 8, rest, x, sums);
    }

    // Rows are short and lie one behind the other, so what comes next is asked for here: the processor sees no stream in them. What lies
    // behind the end is not there, which asking does not mind.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fetch(byte* from)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(from);
        }
    }

    // What is short of a chunk, with zeros behind it.
    private static void Rest<T>(ReadOnlySpan<nint> matrix, int rows, int rest, float* x, Vector512<float>* sums)
        where T : INumberCode
    {
        if (rest == 0)
        {
            return;
        }

        var part = stackalloc byte[StepPanels.Chunk * sizeof(float)];
        foreach (var from in matrix)
        {
            new Span<byte>(part, StepPanels.Chunk * sizeof(float)).Clear();
            new ReadOnlySpan<byte>((byte*)from, rest * T.Size).CopyTo(new Span<byte>(part, rest * T.Size));
            T.Load(part, out var a, out var b);
            for (var row = 0; row < rows; row++, sums++)
            {
                *sums = Add(b, Vector512.Load(x + (row * StepPanels.Chunk) + 16), Add(a, Vector512.Load(x + (row * StepPanels.Chunk)), *sums));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<float> a, Vector512<float> b, Vector512<float> sum) => Vector512.MultiplyAddEstimate(a, b, sum);
}
