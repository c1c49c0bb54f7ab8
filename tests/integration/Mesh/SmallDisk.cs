using System.Diagnostics;
using System.Globalization;

namespace LoraMesh.IntegrationTests.Mesh;

/// <summary>A file system of a few megabytes, in memory. Mounting one needs root, as the container engine does.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loramesh-disk-");

    public SmallDisk(int megabytes) =>
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", _folder.FullName);

    public string Path => _folder.FullName;

    private string Ballast => System.IO.Path.Combine(_folder.FullName, "ballast");

    /// <summary>Leaves room for nothing.</summary>
    public void Fill()
    {
        using var file = File.Create(Ballast);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Undoes <see cref="Fill"/>.</summary>
    public void MakeRoom() => File.Delete(Ballast);

    public void Dispose()
    {
        // Whoever still has a file open there may have it; the mount goes when the last one closes.
        Run("umount", "-l", _folder.FullName);
        _folder.Delete();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}");
        }
    }
}
