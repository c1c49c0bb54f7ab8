using System.Globalization;

namespace LoraMesh.Trainer;

/// <summary>
/// Energy of the processor packages as Linux counts it (RAPL, <c>/sys/class/powercap</c>): of the whole machine, other work included.
/// Where the counters cannot be read there is no figure.
/// </summary>
internal sealed class EnergyMeter
{
    private const string Root = "/sys/class/powercap";

    private readonly List<(string Path, long Last, long Range)> _packages = [];
    private double _joules;

    internal EnergyMeter()
    {
        if (!Directory.Exists(Root))
        {
            return;
        }

        // intel-rapl:0 is a package, intel-rapl:0:1 a part of it; AMD's counters bear the same name.
        foreach (var package in Directory.EnumerateDirectories(Root, "intel-rapl:*").Where(path => Path.GetFileName(path).Count(character => character == ':') == 1))
        {
            if (Read(Path.Combine(package, "energy_uj")) is { } now && Read(Path.Combine(package, "max_energy_range_uj")) is { } range)
            {
                _packages.Add((Path.Combine(package, "energy_uj"), now, range));
            }
        }
    }

    /// <summary>Joules since the start; null where nobody counts. Ask every few seconds: counters wrap around within minutes to hours.</summary>
    internal double? Joules()
    {
        if (_packages.Count == 0)
        {
            return null;
        }

        for (var i = 0; i < _packages.Count; i++)
        {
            var (path, last, range) = _packages[i];
            if (Read(path) is not { } now)
            {
                return null;
            }

            _joules += (now >= last ? now - last : now + range - last) / 1e6;
            _packages[i] = (path, now, range);
        }

        return _joules;
    }

    private static long? Read(string path)
    {
        try
        {
            return long.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var microjoules) ? microjoules : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
