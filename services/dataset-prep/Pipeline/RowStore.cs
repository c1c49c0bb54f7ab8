using System.Buffers.Binary;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>
/// The good rows of all files on scratch, in the order of files and lines: written once, then read from the start as
/// often as passes need, so that memory does not grow with the data.
/// </summary>
internal sealed class RowStore : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const int IdentityBytes = 16;

    private readonly FileStream _rows;
    private readonly FileStream _identities;
    private readonly FileStream _places;

    public RowStore(string folder, IReadOnlyList<string> files)
    {
        Files = files;
        _rows = Create(Path.Combine(folder, "rows"));
        _identities = Create(Path.Combine(folder, "identities"));
        _places = Create(Path.Combine(folder, "places"));
    }

    /// <summary>Names of the files that rows come from.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Number of rows.</summary>
    public long Count { get; private set; }

    /// <summary>How many rows of each kind there are.</summary>
    public IReadOnlyDictionary<RowKind, long> Kinds => _kinds;

    private readonly SortedDictionary<RowKind, long> _kinds = [];

    /// <summary>Adds one record, its length included.</summary>
    public void Append(ReadOnlySpan<byte> record, RowKind kind)
    {
        _rows.Write(record);
        Span<byte> identity = stackalloc byte[IdentityBytes];
        BinaryPrimitives.WriteUInt128LittleEndian(identity, RowRecord.Identity(record[RowRecord.LengthBytes..]));
        _identities.Write(identity);
        _places.Write(RowRecord.PlaceOf(record[RowRecord.LengthBytes..]));
        _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
        Count++;
    }

    /// <summary>The rows in order; the memory of one is reused for the next.</summary>
    public IEnumerable<StoredRow> Read(CancellationToken cancellationToken)
    {
        using var stream = Open(_rows);
        var record = new byte[4 * 1024];
        for (var number = 0L; number < Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.ReadExactly(record, 0, RowRecord.LengthBytes);
            var length = BinaryPrimitives.ReadInt32LittleEndian(record);
            if (length > record.Length)
            {
                record = new byte[Math.Max(length, 2 * record.Length)];
            }

            stream.ReadExactly(record, 0, length);
            yield return RowRecord.Read(record.AsMemory(0, length), number);
        }
    }

    /// <summary>The identities of the rows in order: sixteen bytes a row, for passes that need no more.</summary>
    public IEnumerable<UInt128> ReadIdentities(CancellationToken cancellationToken) =>
        ReadFixed(_identities, IdentityBytes, BinaryPrimitives.ReadUInt128LittleEndian, cancellationToken);

    /// <summary>Where the rows stood and how long they are, in order: twelve bytes a row.</summary>
    public IEnumerable<RowPosition> ReadPlaces(CancellationToken cancellationToken) =>
        ReadFixed(_places, RowRecord.PlaceBytes, RowRecord.Place, cancellationToken);

    private static IEnumerable<T> ReadFixed<T>(FileStream written, int bytes, Func<ReadOnlySpan<byte>, T> read, CancellationToken cancellationToken)
    {
        using var stream = Open(written);
        var chunk = new byte[bytes * 4096];
        int length;
        while ((length = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var at = 0; at < length; at += bytes)
            {
                yield return read(chunk.AsSpan(at, bytes));
            }
        }
    }

    public void Dispose()
    {
        _rows.Dispose();
        _identities.Dispose();
        _places.Dispose();
    }

    private static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.Read, BufferBytes);

    private static FileStream Open(FileStream written)
    {
        written.Flush();
        return new FileStream(written.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferBytes, FileOptions.SequentialScan);
    }
}
