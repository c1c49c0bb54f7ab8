using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LoraMesh.Storage.Folders;

// A file's tag is the SHA-256 of its content. It is remembered by path, length and time of last write, so that
// listing a large inbox does not read it. Two writes within one tick of the file system's clock look alike by those
// three; so a small file is only remembered once it has been left alone for a while. A large one takes longer than a
// tick to write.
internal sealed class ContentTags
{
    private const int MaxRemembered = 200_000;
    private const long AlwaysRemembered = 4 * 1024 * 1024;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);

    /// <summary>The tag of the file at <paramref name="path"/> with its length and time, or null where there is none.</summary>
    public async Task<Seen?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return null;
        }

        if (_remembered.TryGetValue(path, out var known) && known.Bytes == file.Length && known.Written == file.LastWriteTimeUtc)
        {
            return new Seen(known.Tag, known.Bytes, known.Written);
        }

        try
        {
            await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
            var written = File.GetLastWriteTimeUtc(content.SafeFileHandle);
            var bytes = content.Length;
            var tag = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            // Someone may have been writing to it in place meanwhile (cp does): then the tag is of no one state.
            if (content.Length == bytes && File.GetLastWriteTimeUtc(content.SafeFileHandle) == written)
            {
                Remember(path, tag, bytes, written);
            }

            return new Seen(tag, bytes, written);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Notes the tag of a file that was just moved to <paramref name="path"/>; moving keeps length and time.</summary>
    public void Note(string path, string tag, long bytes, DateTime written) => Remember(path, tag, bytes, written);

    private void Remember(string path, string tag, long bytes, DateTime written)
    {
        if (bytes < AlwaysRemembered && TimeProvider.System.GetUtcNow().UtcDateTime - written < Settled)
        {
            return;
        }

        if (_remembered.Count >= MaxRemembered)
        {
            _remembered.Clear();
        }

        _remembered[path] = new Remembered(tag, bytes, written);
    }

    internal readonly record struct Seen(string Tag, long Bytes, DateTime Written);

    private readonly record struct Remembered(string Tag, long Bytes, DateTime Written);
}
