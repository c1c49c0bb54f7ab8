using System.Runtime.CompilerServices;
using LoraMesh.Contracts;
using LoraMesh.Storage.Folders;

namespace LoraMesh.Storage;

/// <summary>
/// Blobs as plain files, <c>root/bucket/key</c>, so that people may copy files in and out. The ETag is the SHA-256 of
/// the content. Several processes may share one root on a local file system. Symbolic links are refused
/// (<see cref="UnauthorizedAccessException"/>) and not listed; dot files of the inbox are not listed either.
/// A key cannot be below another key, as a file cannot be a folder.
/// </summary>
public sealed class FolderBlobStore : IBlobStore
{
    private readonly FolderPaths _paths;
    private readonly ContentTags _tags = new();
    private readonly SkippedFiles _skipped;

    /// <summary>Opens a store below <paramref name="root"/>, which is made where it is missing.</summary>
    /// <param name="root">Folder that holds the buckets.</param>
    /// <param name="skipped">Told once of each file that listings leave out because its name or its permissions make it useless: path and reason.</param>
    public FolderBlobStore(string root, Action<string, string>? skipped = null)
    {
        _paths = new FolderPaths(root);
        _skipped = new SkippedFiles(skipped);
        Directory.CreateDirectory(_paths.Locks);
        Directory.CreateDirectory(_paths.Temporary);
        TemporaryFile.SweepOld(_paths.Temporary);
    }

    /// <summary>Absolute path of the folder that holds the buckets.</summary>
    public string Root => _paths.Root;

    /// <inheritdoc/>
    public Task EnsureBucketAsync(string bucket, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(_paths.OfBucket(bucket));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<BlobInfo?> StatAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        var path = _paths.OfBlob(bucket, key);
        return await _tags.ReadAsync(path, cancellationToken) is { } seen ? Describe(bucket, key, seen) : null;
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = _paths.OfBlob(bucket, key);
        try
        {
            return Task.FromResult<Stream?>(Directory.Exists(path)
                ? null
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException || FolderTree.HasFileAbove(path))
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    /// <inheritdoc/>
    public async Task<BlobRef> PutAsync(string bucket, string key, Stream content, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = _paths.OfBlob(bucket, key);
        using var written = await TemporaryFile.WriteAsync(_paths.Temporary, content, cancellationToken);
        await using (await KeyLock.TakeAsync(_paths, bucket, key, cancellationToken))
        {
            if (condition.MustBeAbsent ? File.Exists(path) : condition.MustMatchETag is { } tag && (await _tags.ReadAsync(path, cancellationToken))?.Tag != tag)
            {
                throw new BlobConditionException(bucket, key);
            }

            var time = written.Written;
            FolderTree.MoveInto(written.Path, path, $"{bucket}/{key}");
            _tags.Note(path, written.Sha256, written.Bytes, time);
        }

        return new BlobRef { Bucket = bucket, Key = key, Sha256 = written.Sha256, Bytes = written.Bytes };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string bucket, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var folder = _paths.OfBucket(bucket);
        BlobKey.CheckPrefix(prefix);
        foreach (var key in FolderTree.Keys(folder, prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!FolderPaths.IsHidden(bucket, key) && await TrySeeAsync(Path.Combine(folder, key), key, cancellationToken) is { } seen)
            {
                yield return Describe(bucket, key, seen);
            }
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string bucket, string key, CancellationToken cancellationToken = default)
    {
        var path = _paths.OfBlob(bucket, key);
        await using (await KeyLock.TakeAsync(_paths, bucket, key, cancellationToken))
        {
            if (!File.Exists(path))
            {
                return;
            }

            File.Delete(path);
        }

        FolderTree.RemoveEmptyAbove(path, _paths.OfBucket(bucket));
    }

    // One file that cannot be used must not hide all others from whoever lists the inbox.
    private async Task<ContentTags.Seen?> TrySeeAsync(string path, string key, CancellationToken cancellationToken)
    {
        if (BlobKey.Problem(key) is { } problem)
        {
            _skipped.Tell(path, $"its name is not allowed: {problem}");
            return null;
        }

        try
        {
            return await _tags.ReadAsync(path, cancellationToken);
        }
        catch (UnauthorizedAccessException refused)
        {
            _skipped.Tell(path, refused.Message);
            return null;
        }
    }

    private static BlobInfo Describe(string bucket, string key, ContentTags.Seen seen) =>
        new(bucket, key, seen.Tag, seen.Bytes, new DateTimeOffset(seen.Written, TimeSpan.Zero), seen.Tag);
}
