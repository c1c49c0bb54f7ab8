using System.Buffers;
using System.Security.Cryptography;
using LoraMesh.Storage.Folders;

namespace LoraMesh.Storage.S3;

/// <summary>
/// A content read to its end before the first byte is sent: its length and hash are known, a source that breaks never
/// reaches the server, and sending can begin anew. Up to 1 MiB lie in memory, more in a file that goes away at disposal.
/// </summary>
internal sealed class SpooledContent : IDisposable
{
    private const int MaxInMemory = 1024 * 1024;

    private readonly byte[]? _bytes;
    private readonly TemporaryFile? _file;

    private SpooledContent(byte[]? bytes, TemporaryFile? file, string sha256, long length) =>
        (_bytes, _file, Sha256, Length) = (bytes, file, sha256, length);

    public string Sha256 { get; }

    public long Length { get; }

    public static async Task<SpooledContent> ReadAsync(Stream content, string folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var buffer = ArrayPool<byte>.Shared.Rent(MaxInMemory + 1);
        try
        {
            var length = await content.ReadAtLeastAsync(buffer.AsMemory(0, MaxInMemory + 1), MaxInMemory + 1, throwOnEndOfStream: false, cancellationToken);
            if (length <= MaxInMemory)
            {
                var bytes = buffer.AsSpan(0, length).ToArray();
                return new SpooledContent(bytes, null, Convert.ToHexStringLower(SHA256.HashData(bytes)), length);
            }

            using var head = new MemoryStream(buffer, 0, length, writable: false);
            await using var whole = new ConcatenatedStream(head, content);
            var file = await TemporaryFile.WriteAsync(folder, whole, cancellationToken);
            return new SpooledContent(null, file, file.Sha256, file.Bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The content from its start.</summary>
    public Stream Open() => _bytes is not null
        ? new MemoryStream(_bytes, writable: false)
        : new FileStream(_file!.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);

    public void Dispose() => _file?.Dispose();
}
