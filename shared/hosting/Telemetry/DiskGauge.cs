using System.Diagnostics.Metrics;
using LoraMesh.Hosting.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Telemetry;

/// <summary>Bytes that are left where the process keeps its files: what fills up first in the night.</summary>
public sealed class DiskGauge : IHostedService
{
    private readonly string _folder;

    /// <summary>Made once a process by the container.</summary>
    public DiskGauge(IMeterFactory meters, IOptions<StorageOptions> storage)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(storage);
        _folder = Path.GetFullPath(storage.Value.Folder);
        var meter = meters.Create("LoraMesh.Disk");
        meter.CreateObservableGauge("loramesh.disk.free", () => DiskSpace.At(_folder).Free, "By", "Bytes left in the process's own folder");
        meter.CreateObservableGauge("loramesh.disk.size", () => DiskSpace.At(_folder).Size, "By", "Size of the disk that holds the process's own folder");
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
