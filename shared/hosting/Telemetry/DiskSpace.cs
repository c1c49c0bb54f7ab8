namespace LoraMesh.Hosting.Telemetry;

/// <summary>Room on the disk that holds a folder.</summary>
/// <param name="Free">Bytes that this user may still write.</param>
/// <param name="Size">Bytes in all.</param>
public readonly record struct DiskSpace(long Free, long Size)
{
    /// <summary>Room at a path, which need not exist yet.</summary>
    public static DiskSpace At(string path)
    {
        var folder = Path.GetFullPath(path);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
        {
            folder = above;
        }

        var drive = new DriveInfo(folder);
        return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
    }
}
