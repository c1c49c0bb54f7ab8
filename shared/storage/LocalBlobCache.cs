using LoraMesh.Contracts;
using LoraMesh.Storage.Caching;
using LoraMesh.Storage.Folders;

namespace LoraMesh.Storage;

/// <summary>
/// Verified local copies of blobs, named by their hash: what lies here need never be read from the store again.
/// Files are read-only; callers must not change them. Any number of threads and processes may share one folder.
/// When the copies grow beyond the bound, those fetched longest ago are removed, but none that was fetched within the
/// last hour; a file that is open or mapped stays readable until it is closed.
/// </summary>
public sealed class LocalBlobCache
{
    private readonly IBlobStore _store;
    private readonly CacheFolder _folder;
    private readonly CacheEviction _eviction;
    private readonly TimeProvider _clock;

    /// <summary>Opens a cache in a folder, which is made where it is missing.</summary>
    /// <param name="store">Where missing blobs are read.</param>
    /// <param name="folder">Folder of the copies; on one file system throughout.</param>
    /// <param name="maxBytes">Most bytes to keep; above 0.</param>
    /// <param name="clock">Time of last use.</param>
    public LocalBlobCache(IBlobStore store, string folder, long maxBytes, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        _store = store;
        _clock = clock;
        _folder = new CacheFolder(folder);
        _eviction = new CacheEviction(_folder, maxBytes, clock);
    }

    /// <summary>Path of a local file with exactly the bytes that the reference names.</summary>
    /// <exception cref="BlobIntegrityException">The blob is missing, or its bytes are others.</exception>
    public async Task<string> FetchAsync(BlobRef reference, CancellationToken cancellationToken = default)
    {
        var path = await EnsureAsync(reference, cancellationToken);
        _eviction.Shrink();
        return path;
    }

    /// <summary>Paths of local files with exactly the bytes that the references name, in their order.</summary>
    /// <exception cref="BlobIntegrityException">A blob is missing, or its bytes are others.</exception>
    public async Task<IReadOnlyList<string>> FetchAllAsync(IEnumerable<BlobRef> references, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(references);
        var paths = new List<string>();
        foreach (var reference in references)
        {
            paths.Add(await EnsureAsync(reference, cancellationToken));
        }

        _eviction.Shrink();
        return paths;
    }

    /// <summary>Path of a local folder with exactly these files, named by what follows the prefix in their keys.</summary>
    /// <exception cref="BlobIntegrityException">A blob is missing, or its bytes are others.</exception>
    /// <exception cref="ArgumentException">A key does not start with the prefix, or two give the same name.</exception>
    public async Task<string> FetchFolderAsync(IReadOnlyList<BlobRef> files, string keyPrefix, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        var content = FolderContent.Of(files, keyPrefix);
        var objects = new List<string>(files.Count);
        foreach (var file in content.Files)
        {
            objects.Add(await EnsureAsync(file.Reference, cancellationToken));
        }

        var path = _folder.OfFolder(content.Digest);
        if (!Directory.Exists(path))
        {
            Build(path, content, objects);
        }

        // The folder first and with the same time: no copy in it ever looks older than the folder.
        var now = _clock.GetUtcNow();
        CacheFolder.Touch(path, now);
        objects.ForEach(copy => CacheFolder.Touch(copy, now));
        _eviction.Shrink();
        return path;
    }

    private async Task<string> EnsureAsync(BlobRef reference, CancellationToken cancellationToken)
    {
        var path = _folder.OfObject(reference.Sha256);
        if (!CacheFolder.Touch(path, _clock.GetUtcNow()))
        {
            await CopyAsync(reference, path, cancellationToken);
            CacheFolder.Touch(path, _clock.GetUtcNow());
        }

        // The name is the hash of the bytes; the length may still be one that the reference got wrong.
        return new FileInfo(path).Length is var bytes && bytes == reference.Bytes
            ? path
            : throw new BlobIntegrityException(reference, $"it has {bytes} bytes, expected {reference.Bytes}");
    }

    private async Task CopyAsync(BlobRef reference, string path, CancellationToken cancellationToken)
    {
        var temporary = TemporaryFile.NewPath(_folder.Temporary);
        try
        {
            await using (var source = await _store.OpenReadAsync(reference.Bucket, reference.Key, cancellationToken)
                ?? throw new BlobIntegrityException(reference, "it does not exist"))
            await using (var destination = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                await VerifiedCopy.ToAsync(source, destination, reference, cancellationToken);
                destination.Flush(flushToDisk: true);
            }

            CacheFolder.Adopt(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private void Build(string path, FolderContent content, List<string> objects)
    {
        var temporary = TemporaryFile.NewPath(_folder.Temporary);
        try
        {
            foreach (var (file, source) in content.Files.Zip(objects))
            {
                var target = Path.Combine(temporary, file.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                // Both folders lie equally deep in the cache: the link still holds after the move.
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
            }

            CacheFolder.AdoptFolder(temporary, path);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }
}
