using System.Globalization;

namespace LoraMesh.Trainer;

/// <summary>Memory as Linux tells it: of this process, and what the machine or its container has left.</summary>
internal static class MachineMemory
{
    // Room for others, and for what nobody foresees.
    private const double Usable = 0.9;

    /// <summary>Bytes that this process takes now.</summary>
    internal static long Resident => Environment.WorkingSet;

    /// <summary>Bytes that this process may take: what it has and nine tenths of what is free; no bound where Linux does not say.</summary>
    internal static long Budget()
    {
        var free = Math.Min(Meminfo() ?? long.MaxValue, Container() ?? long.MaxValue);
        return free == long.MaxValue ? long.MaxValue : Resident + (long)(Usable * free);
    }

    private static long? Meminfo()
    {
        const string Key = "MemAvailable:";
        return Lines("/proc/meminfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line
            && long.TryParse(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture, out var kibibytes)
            ? kibibytes * 1024
            : null;
    }

    // cgroup 2; files that are only cached count as used there, and are given back when needed.
    private static long? Container() =>
        Number("/sys/fs/cgroup/memory.max") is { } most && Number("/sys/fs/cgroup/memory.current") is { } used ? Math.Max(0, most - used + Cached()) : null;

    private static long Cached() =>
        Lines("/sys/fs/cgroup/memory.stat").FirstOrDefault(line => line.StartsWith("inactive_file ", StringComparison.Ordinal)) is { } line
        && long.TryParse(line.Split(' ')[1], CultureInfo.InvariantCulture, out var bytes)
        ? bytes
        : 0;

    private static long? Number(string path) => long.TryParse(Lines(path).FirstOrDefault(), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IEnumerable<string> Lines(string path) => File.Exists(path) ? File.ReadLines(path) : [];
}
