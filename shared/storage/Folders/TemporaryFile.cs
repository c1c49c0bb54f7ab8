using System.Buffers;
using System.Security.Cryptography;

namespace LoraMesh.Storage.Folders;

/// <summary>Bytes on disk under a name that no reader knows yet; gone at disposal unless moved away.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private TemporaryFile(string path, string sha256, long bytes) => (Path, Sha256, Bytes) = (path, sha256, bytes);

    public string Path { get; }

    public string Sha256 { get; }

    public long Bytes { get; }

    /// <summary>Time of last write (UTC); only while the file has not been moved away.</summary>
    public DateTime Written => File.GetLastWriteTimeUtc(Path);

    /// <summary>Writes the whole stream and waits until the disk has it.</summary>
    public static async Task<TemporaryFile> WriteAsync(string folder, Stream content, CancellationToken cancellationToken)
    {
        var path = NewPath(folder);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        var done = false;
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long bytes = 0;
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                int read;
                while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    bytes += read;
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }

                file.Flush(flushToDisk: true);
            }

            done = true;
            return new TemporaryFile(path, Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (!done)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>A fresh name in the folder, which is made where it is missing.</summary>
    public static string NewPath(string folder)
    {
        Directory.CreateDirectory(folder);
        return System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N"));
    }

    /// <summary>Removes what crashed processes left behind more than a day ago.</summary>
    public static void SweepOld(string folder)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (TimeProvider.System.GetUtcNow().UtcDateTime - entry.LastWriteTimeUtc > Forgotten)
            {
                if (entry is DirectoryInfo { LinkTarget: null } leftover)
                {
                    leftover.Delete(recursive: true);
                }
                else
                {
                    entry.Delete();
                }
            }
        }
    }

    public void Dispose() => File.Delete(Path);
}
