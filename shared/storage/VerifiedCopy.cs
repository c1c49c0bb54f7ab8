using System.Buffers;
using System.Security.Cryptography;
using LoraMesh.Contracts;

namespace LoraMesh.Storage;

/// <summary>Copies a blob's bytes while checking that they are the ones that a reference names.</summary>
public static class VerifiedCopy
{
    /// <summary>Copies until the end of <paramref name="source"/>, never more than the reference's size plus one buffer.</summary>
    /// <exception cref="BlobIntegrityException">Size or hash differ.</exception>
    public static async Task ToAsync(Stream source, Stream destination, BlobRef reference, CancellationToken cancellationToken = default)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            long total = 0;
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                total += read;
                if (total > reference.Bytes)
                {
                    throw new BlobIntegrityException(reference, $"it has more than the expected {reference.Bytes} bytes");
                }

                hash.AppendData(buffer, 0, read);
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            if (total != reference.Bytes)
            {
                throw new BlobIntegrityException(reference, $"it has {total} bytes, expected {reference.Bytes}");
            }

            var found = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (!string.Equals(found, reference.Sha256, StringComparison.Ordinal))
            {
                throw new BlobIntegrityException(reference, $"its SHA-256 is {found}, expected {reference.Sha256}");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
