using System.Buffers;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Building;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Pipeline;

/// <summary>What became of a batch's rows, in their order.</summary>
/// <param name="source">The batch that was worked on.</param>
/// <param name="records">Where records go; empty.</param>
internal sealed class WorkedBatch(RawBatch source, ArrayBufferWriter<byte> records)
{
    private readonly List<WorkedRow> _rows = new(source.Count);

    /// <summary>The batch that was worked on.</summary>
    public RawBatch Source => source;

    /// <summary>The good rows' records, one after the other.</summary>
    public ArrayBufferWriter<byte> Records => records;

    /// <summary>The rows in order.</summary>
    public IReadOnlyList<WorkedRow> Rows => _rows;

    public void AddGood(int recordBytes, int line, RowContent content, IReadOnlyList<DataProblem> problems) =>
        _rows.Add(new WorkedRow { IsRow = true, Line = line, RecordBytes = recordBytes, Kind = content.Kind, Schema = content.Schema, Problems = problems });

    public void AddRefused(RawRow row, bool isRow, IReadOnlyList<DataProblem> problems) =>
        _rows.Add(new WorkedRow { IsRow = isRow, Line = row.Line, Problems = problems, Refused = isRow ? RejectedRowsFile.Head(row) : null });

    /// <summary>Adds what was found at a place where rows follow.</summary>
    public void AddRemarks(IReadOnlyList<DataProblem> problems) => _rows.Add(new WorkedRow { IsRow = false, Problems = problems });
}

/// <summary>What became of one row.</summary>
internal readonly record struct WorkedRow
{
    /// <summary>Whether it was a row, good or bad, and not a remark on the file.</summary>
    public required bool IsRow { get; init; }

    /// <summary>1-based line.</summary>
    public int Line { get; init; }

    /// <summary>Length of its record; 0 where it was refused.</summary>
    public int RecordBytes { get; init; }

    /// <summary>What a good row is.</summary>
    public RowKind Kind { get; init; }

    /// <summary>The schema of a good row.</summary>
    public string? Schema { get; init; }

    /// <summary>What was found in it.</summary>
    public required IReadOnlyList<DataProblem> Problems { get; init; }

    /// <summary>The beginning of a refused row's text, as it is listed.</summary>
    public string? Refused { get; init; }
}
