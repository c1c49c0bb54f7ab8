using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LoraMesh.Model.Kernels;

namespace LoraMesh.Model.Stepping;

// B rows, I inputs, O outputs.

/// <summary>
/// y = xWᵀ for few rows, where reading W is most of the work: numbers of few bits become float32 in registers, and sums are float32.
/// Each number of y is summed in one order, whatever B and whoever the other rows are, so that a row never depends on them.
/// </summary>
[SkipLocalsInit]
internal static unsafe class ProductKernel
{
    // Outputs that are computed together.
    private const int Block = 4;

    // Numbers of input rows that stay in the first cache, and of the matrix in the second, while one goes by the other.
    private const int NearNumbers = 6 * 1024;
    private const int NextNumbers = 64 * 1024;

    /// <summary>x [B, I], W [O, I] → y [B, O].</summary>
    internal static void Run(StepMatrix matrix, StepPanels x, StepRows y)
    {
        switch (matrix.Bits)
        {
            case 32:
                Run<SingleCode>(matrix, x, y);
                break;
            case 16:
                Run<HalfCode>(matrix, x, y);
                break;
            default:
                Run<ByteCode>(matrix, x, y);
                break;
        }
    }

    /// <summary>W [O, I] in float32 times one row, a panel of its own → y [O]; on the calling thread.</summary>
    internal static void One(StepMatrix matrix, float* panel, float* y)
    {
        for (var first = 0; first < matrix.Outputs; first += Block)
        {
            Outputs<SingleCode>(matrix, first, panel, new StepRows((nint)y, 1, matrix.Outputs, matrix.Outputs));
        }
    }

    /// <summary>The same for a panel of eight rows → y [8, O].</summary>
    internal static void Eight(StepMatrix matrix, float* panel, StepRows y)
    {
        for (var first = 0; first < matrix.Outputs; first += Block)
        {
            Outputs<SingleCode>(matrix, first, panel, y);
        }
    }

    private static void Run<T>(StepMatrix matrix, StepPanels x, StepRows y)
        where T : INumberCode
    {
        var panels = x.Get(T.Paired);
        RowLoop.Run((matrix.Outputs + Block - 1) / Block, (long)Block * matrix.Inputs, (first, end) =>
        {
            // Of many rows, so many at a time as stay near the processor while a part of the matrix goes by; whole panels.
            var tile = Math.Max(8, NearNumbers / matrix.Inputs / 8 * 8);
            var group = Math.Max(1, NextNumbers / (Block * matrix.Inputs));
            for (var start = first; start < end; start += group)
            {
                for (var row = 0; row < y.Count; row += tile)
                {
                    var part = y with { Data = (nint)y.Row(row), Count = Math.Min(tile, y.Count - row) };
                    for (var block = start; block < Math.Min(start + group, end); block++)
                    {
                        Outputs<T>(matrix, (int)block * Block, panels + ((long)row * x.Chunks * StepPanels.Chunk), part);
                    }
                }
            }
        });
    }

    private static void Outputs<T>(StepMatrix matrix, int first, float* panels, StepRows y)
        where T : INumberCode
    {
        var count = Math.Min(Block, matrix.Outputs - first);
        int chunks = matrix.Inputs / StepPanels.Chunk, rest = matrix.Inputs % StepPanels.Chunk, all = chunks + (rest > 0 ? 1 : 0);
        var sums = stackalloc Vector512<float>[Block * 4];
        var rows = stackalloc byte*[Block];
        var ahead = (nint)Block * matrix.Inputs * T.Size;
        for (var i = 0; i < Block; i++)
        {
            // Outputs beyond the last are the last once more, and not written.
            rows[i] = (byte*)matrix.Data + ((long)Math.Min(first + i, matrix.Outputs - 1) * matrix.Inputs * T.Size);
        }

        for (int row = 0, height; row < y.Count; row += height, panels += (long)height * all * StepPanels.Chunk)
        {
            height = StepPanels.Height(y.Count - row);
            switch (height)
            {
                case 8:
                    ProductTiles.Eight<T>(rows, chunks, rest, ahead, panels, sums);
                    Write(matrix, sums, first, Math.Min(2, count), y, row, 8);
                    if (count > 2)
                    {
                        ProductTiles.Eight<T>(rows + 2, chunks, rest, ahead, panels, sums);
                        Write(matrix, sums, first + 2, count - 2, y, row, 8);
                    }

                    break;
                case 4:
                    ProductTiles.Four<T>(rows, chunks, rest, ahead, panels, sums);
                    Write(matrix, sums, first, count, y, row, 4);
                    break;
                default:
                    ProductTiles.One<T>(rows, chunks, rest, ahead, panels, sums);
                    WriteOne(matrix, sums, first, count, y.Row(row));
                    break;
            }
        }
    }

    // sums: [output][row]
    private static void Write(StepMatrix matrix, Vector512<float>* sums, int first, int count, StepRows y, int row, int height)
    {
        if (height == 8 && count == 2 && Avx512F.IsSupported)
        {
            WriteTwo(matrix, LaneSums.OfEights(sums), first, y.Row(row) + first, y.Stride);
            return;
        }

        for (var output = 0; output < count; output++)
        {
            var scale = matrix.Scales == 0 ? 1 : ((float*)matrix.Scales)[first + output];
            for (var i = 0; i < height; i += 4, sums += 4)
            {
                var four = LaneSums.Of(sums[0], sums[1], sums[2], sums[3]) * scale;
                for (var j = 0; j < 4; j++)
                {
                    y.Row(row + i + j)[first + output] = four[j];
                }
            }
        }
    }

    // Two outputs of eight rows, beside each other.
    private static void WriteTwo(StepMatrix matrix, Vector512<float> sums, int first, float* y, nint stride)
    {
        if (matrix.Scales != 0)
        {
            sums *= Vector512.Create(((ulong*)((float*)matrix.Scales + first))[0]).AsSingle();
        }

        var pairs = stackalloc ulong[8];
        sums.AsUInt64().Store(pairs);
        for (var i = 0; i < 8; i++, y += stride)
        {
            *(ulong*)y = pairs[i];
        }
    }

    private static void WriteOne(StepMatrix matrix, Vector512<float>* sums, int first, int count, float* y)
    {
        var four = LaneSums.Of(sums[0], sums[1], sums[2], sums[3]);
        for (var output = 0; output < count; output++)
        {
            y[first + output] = four[output] * (matrix.Scales == 0 ? 1 : ((float*)matrix.Scales)[first + output]);
        }
    }
}
