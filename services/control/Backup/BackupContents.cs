using System.Security.Cryptography;

namespace LoraMesh.Control.Backup;

/// <summary>The contents of a backup's blobs as plain files named by their SHA-256: the same content is kept once.</summary>
/// <param name="folder">Their folder.</param>
public sealed class BackupContents(string folder)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Whether a content of this length is there; it is not read.</summary>
    public bool Has(string sha256, long bytes) => new FileInfo(PathOf(sha256)) is { Exists: true } file && file.Length == bytes;

    /// <summary>Opens a content, or gives null where it is missing.</summary>
    public FileStream? Open(string sha256) => File.Exists(PathOf(sha256))
        ? new FileStream(PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.Asynchronous | FileOptions.SequentialScan) : null;

    /// <summary>Keeps a content; its name is known once it was read.</summary>
    public async Task<(string Sha256, long Bytes)> KeepAsync(Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        Directory.CreateDirectory(folder);
        var incoming = Path.Combine(folder, "incoming");
        string sha256;
        long bytes = 0;
        await using (var file = new FileStream(incoming, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[BufferBytes];
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; bytes += read)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            file.Flush(flushToDisk: true);
            sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(sha256))!);
        File.Move(incoming, PathOf(sha256), overwrite: true);
        return (sha256, bytes);
    }

    /// <summary>Removes every content that is not among these.</summary>
    public void KeepOnly(IReadOnlySet<string> used)
    {
        ArgumentNullException.ThrowIfNull(used);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !used.Contains(Path.GetFileName(file))))
        {
            File.Delete(file);
        }
    }

    private string PathOf(string sha256) => Path.Combine(folder, sha256[..2], sha256);
}
