namespace LoraMesh.Storage.Caching;

/// <summary>Keeps a cache within its bound by removing what was used longest ago.</summary>
internal sealed class CacheEviction(CacheFolder cache, long maxBytes, TimeProvider clock)
{
    private static readonly TimeSpan KeepAtLeast = TimeSpan.FromHours(1);

    private readonly Lock _shrinking = new();

    /// <summary>Removes copies until the rest fits, the oldest first; those of the last hour stay.</summary>
    public void Shrink()
    {
        lock (_shrinking)
        {
            var copies = new DirectoryInfo(cache.Objects).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(copy => copy.LastWriteTimeUtc).ToList();
            var bytes = copies.Sum(copy => copy.Length);
            var spare = clock.GetUtcNow().UtcDateTime - KeepAtLeast;
            foreach (var copy in copies.TakeWhile(copy => copy.LastWriteTimeUtc < spare))
            {
                if (bytes <= maxBytes)
                {
                    return;
                }

                RemoveFolders(copy.LastWriteTimeUtc);
                File.Delete(copy.FullName);
                bytes -= copy.Length;
            }
        }
    }

    // Whoever uses a folder uses all its copies: one that holds this copy was last used no later than the copy was.
    private void RemoveFolders(DateTime lastUse)
    {
        var links = new DirectoryInfo(cache.Folders).EnumerateDirectories().Where(folder => folder.LastWriteTimeUtc <= lastUse).ToList();
        foreach (var folder in links)
        {
            var aside = Path.Combine(cache.Temporary, Guid.NewGuid().ToString("N"));
            try
            {
                Directory.Move(folder.FullName, aside);
                Directory.Delete(aside, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another process removed it.
            }
        }
    }
}
