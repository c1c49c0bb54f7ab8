using System.Globalization;

namespace LoraMesh.Benchmarks;

/// <summary>Memory of this process in bytes, as Linux counts it; mapped pages of files included.</summary>
internal static class ProcessMemory
{
    internal static long Resident => Read("VmRSS:");

    internal static long Peak => Read("VmHWM:");

    // In kB of 1,024 bytes.
    private static long Read(string name) =>
        1024 * long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
