using System.Security.Cryptography;
using System.Text;

namespace LoraMesh.Storage.Folders;

// One of 256 lock files stands for each key, chosen by the key's hash: enough that keys seldom meet, and the number of
// lock files stays bounded. The operating system frees a lock with its process, so none is ever left behind.
internal static class KeyLock
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until no other thread or process holds the key's lock, and takes it.</summary>
    /// <exception cref="TimeoutException">Someone held it for more than 30 seconds.</exception>
    public static async Task<FileStream> TakeAsync(FolderPaths paths, string bucket, string key, CancellationToken cancellationToken)
    {
        var stripe = SHA256.HashData(Encoding.UTF8.GetBytes($"{bucket}/{key}"))[0];
        var path = Path.Combine(paths.Locks, Convert.ToHexStringLower([stripe]));
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (DirectoryNotFoundException)
            {
                Directory.CreateDirectory(paths.Locks);
            }
            catch (IOException held) when (held is not FileNotFoundException)
            {
                if (TimeProvider.System.GetElapsedTime(started) > Wait)
                {
                    throw new TimeoutException($"The lock {path} of blob {bucket}/{key} was held by someone else for more than {Wait.TotalSeconds} s.", held);
                }

                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
