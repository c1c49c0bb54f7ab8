using System.Buffers;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Reading;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>Rows of one file as they were read, on their way to a worker: their bytes lie in one block.</summary>
/// <param name="file">Number of the file.</param>
internal sealed class RawBatch(int file)
{
    private const int EnoughBytes = 256 * 1024;
    private const int EnoughRows = 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new(EnoughBytes + (8 * 1024));
    private readonly List<(RawRow Row, int Start, int Length)> _rows = [];

    /// <summary>Number of the file.</summary>
    public int File => file;

    /// <summary>How far the file was read when the batch was full, in bytes of the file on disk.</summary>
    public long Position { get; set; }

    /// <summary>Whether it ends its file.</summary>
    public bool IsLast { get; set; }

    public int Count => _rows.Count;

    /// <summary>Whether the batch is worth a worker's while.</summary>
    public bool IsFull => _rows.Count >= EnoughRows || _bytes.WrittenCount >= EnoughBytes;

    /// <summary>Takes over a row with its bytes.</summary>
    public void Add(RawRow row)
    {
        _rows.Add((row with { Text = default }, _bytes.WrittenCount, row.Text.Length));
        _bytes.Write(row.Text.Span);
    }

    /// <summary>The rows in order.</summary>
    public IEnumerable<RawRow> Rows()
    {
        foreach (var (row, start, length) in _rows)
        {
            yield return row with { Text = _bytes.WrittenMemory.Slice(start, length) };
        }
    }
}
