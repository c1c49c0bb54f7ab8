using System.Buffers.Binary;

namespace LoraMesh.DatasetPrep.Cleaning.NearDuplicates;

/// <summary>The signatures of all rows on scratch, and the keys of their bands, one file a band.</summary>
internal sealed class SignatureFile : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly FileStream _signatures;
    private readonly FileStream[] _bands;

    public SignatureFile(string folder, int bands)
    {
        _signatures = Create(folder, "signatures");
        _bands = [.. Enumerable.Range(0, bands).Select(band => Create(folder, $"band-{band}"))];
    }

    /// <summary>Adds the next row; null for one that is not compared.</summary>
    public void Append(RowSignature? signature, Banding banding)
    {
        _signatures.Write(signature is null ? stackalloc byte[RowSignature.Bytes] : signature.Raw);
        Span<byte> key = stackalloc byte[sizeof(ulong)];
        for (var band = 0; band < _bands.Length; band++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(key, signature is null ? 0 : banding.Key(signature, band));
            _bands[band].Write(key);
        }
    }

    /// <summary>The keys of a band in the rows' order; 0 for a row that is not compared.</summary>
    public IEnumerable<ulong> ReadKeys(int band)
    {
        var stream = _bands[band];
        stream.Position = 0;
        var chunk = new byte[BufferBytes];
        int read;
        while ((read = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false)) > 0)
        {
            for (var at = 0; at < read; at += sizeof(ulong))
            {
                yield return BinaryPrimitives.ReadUInt64LittleEndian(chunk.AsSpan(at));
            }
        }
    }

    /// <summary>The signature of a row that is compared.</summary>
    public RowSignature Read(long row)
    {
        Span<byte> raw = stackalloc byte[RowSignature.Bytes];
        _signatures.Position = row * RowSignature.Bytes;
        _signatures.ReadExactly(raw);
        return RowSignature.Read(raw);
    }

    public void Dispose()
    {
        _signatures.Dispose();
        foreach (var band in _bands)
        {
            band.Dispose();
        }
    }

    private static FileStream Create(string folder, string name) => new(Path.Combine(folder, name), FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);
}
