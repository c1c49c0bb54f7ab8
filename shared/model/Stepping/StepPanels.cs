using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LoraMesh.Model.Stepping;

/// <summary>
/// The input of products as their kernel reads it: rows gathered in panels of eight, four or one; in a panel, 32 numbers of each row
/// in turn, zeros behind the last. One order where numbers lie in pairs (<see cref="INumberCode.Paired"/>), another where not.
/// </summary>
internal sealed unsafe class StepPanels : IDisposable
{
    /// <summary>Numbers of a row that lie together.</summary>
    internal const int Chunk = 32;

    private readonly NativeFloats _plain = new();
    private readonly NativeFloats _paired = new();
    private bool _hasPlain;
    private bool _hasPaired;

    /// <summary>What is multiplied.</summary>
    internal StepRows Source { get; private set; }

    /// <summary>Chunks of a row.</summary>
    internal int Chunks => (Source.Width + Chunk - 1) / Chunk;

    /// <summary>Rows of the panel that begins at a row.</summary>
    internal static int Height(int left) => left >= 8 ? 8 : left >= 4 ? 4 : 1;

    /// <summary>Takes other rows; they must not change until they have been multiplied.</summary>
    internal StepPanels Of(StepRows source)
    {
        (Source, _hasPlain, _hasPaired) = (source, false, false);
        return this;
    }

    /// <summary>The panels, one after the other.</summary>
    internal float* Get(bool paired)
    {
        var data = (paired ? _paired : _plain).Reserve((long)Source.Count * Chunks * Chunk);
        if (!(paired ? _hasPaired : _hasPlain))
        {
            Fill(data, paired);
            _ = paired ? _hasPaired = true : _hasPlain = true;
        }

        return data;
    }

    public void Dispose()
    {
        _plain.Dispose();
        _paired.Dispose();
    }

    private void Fill(float* to, bool paired)
    {
        var part = stackalloc float[Chunk];
        for (int row = 0, height; row < Source.Count; row += height)
        {
            height = Height(Source.Count - row);
            for (var chunk = 0; chunk < Chunks; chunk++)
            {
                for (var i = 0; i < height; i++, to += Chunk)
                {
                    var from = Source.Row(row + i) + (chunk * Chunk);
                    if (Source.Width - (chunk * Chunk) is var rest && rest < Chunk)
                    {
                        new Span<float>(part, Chunk).Clear();
                        new ReadOnlySpan<float>(from, rest).CopyTo(new Span<float>(part, Chunk));
                        from = part;
                    }

                    if (paired)
                    {
                        Pair(from, to);
                    }
                    else
                    {
                        new ReadOnlySpan<float>(from, Chunk).CopyTo(new Span<float>(to, Chunk));
                    }
                }
            }
        }
    }

    // Numbers of even index first, then those of odd.
    private static void Pair(float* from, float* to)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> low = Vector512.Load(from), high = Vector512.Load(from + 16);
            var even = Vector512<int>.Indices * 2;
            Avx512F.PermuteVar16x32x2(low, even, high).Store(to);
            Avx512F.PermuteVar16x32x2(low, even + Vector512<int>.One, high).Store(to + 16);
            return;
        }

        for (var i = 0; i < Chunk / 2; i++)
        {
            (to[i], to[i + (Chunk / 2)]) = (from[2 * i], from[(2 * i) + 1]);
        }
    }
}
