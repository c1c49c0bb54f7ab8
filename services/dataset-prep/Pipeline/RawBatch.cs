using System.Buffers;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Rows of one file as they were read, on their way to a worker: their bytes lie in one block.</summary>
/// <param name="file">Number of the file.</param>
/// <param name="bytes">Where its bytes go; empty.</param>
internal sealed class RawBatch(int file, ArrayBufferWriter<byte> bytes)
{
    private const int EnoughBytes = 256 * 1024;
    private const int EnoughRows = 1024;

    private readonly List<(RawRow Row, int Start, int Length)> _rows = [];

    /// <summary>Number of the file.</summary>
    public int File => file;

    /// <summary>Where its bytes lie.</summary>
    public ArrayBufferWriter<byte> Bytes => bytes;

    /// <summary>How far the file was read when the batch was full, in bytes of the file on disk.</summary>
    public long Position { get; set; }

    /// <summary>Whether it ends its file.</summary>
    public bool IsLast { get; set; }

    public int Count => _rows.Count;

    /// <summary>Whether the batch is worth a worker's while.</summary>
    public bool IsFull => _rows.Count >= EnoughRows || bytes.WrittenCount >= EnoughBytes;

    /// <summary>Takes over a row with its bytes.</summary>
    public void Add(RawRow row)
    {
        _rows.Add((row with { Text = default }, bytes.WrittenCount, row.Text.Length));
        bytes.Write(row.Text.Span);
    }

    /// <summary>The rows in order.</summary>
    public IEnumerable<RawRow> Rows()
    {
        foreach (var (row, start, length) in _rows)
        {
            yield return row with { Text = bytes.WrittenMemory.Slice(start, length) };
        }
    }
}
