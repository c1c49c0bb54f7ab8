using static TorchSharp.torch;

namespace LoraMesh.Model.Kernels;

/// <summary>Runs a kernel over rows on as many threads as libtorch has for its own.</summary>
internal static class RowLoop
{
    // Below this a thread costs more than it brings.
    private const long WorthAThread = 1 << 15;

    /// <summary>Calls <paramref name="rows"/> with ranges that together make all rows; each row is computed alike whatever the split.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="width">Numbers of a row.</param>
    /// <param name="rows">Works on the rows from the first number up to the second.</param>
    internal static void Run(long count, long width, Action<long, long> rows)
    {
        var threads = (int)Math.Min(get_num_threads(), count * width / WorthAThread);
        if (threads <= 1)
        {
            rows(0, count);
            return;
        }

        Parallel.For(0, threads, thread => rows(count * thread / threads, count * (thread + 1) / threads));
    }
}
