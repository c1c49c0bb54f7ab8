using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>A row's bytes as they stand in the file, or what kept them from being read.</summary>
/// <param name="Line">1-based line at which the row starts, of Parquet its 1-based number; 0 where the whole file is meant.</param>
/// <param name="Offset">Byte of the unpacked file at which <paramref name="Text"/> starts; -1 where the file holds it in other words.</param>
/// <param name="Text">The row as JSON, without the line's end; valid until the next row is asked for. Only a beginning where the row is too long.</param>
/// <param name="Problem">Why the row is refused unread; null for a row to parse.</param>
internal readonly record struct RawRow(int Line, long Offset, ReadOnlyMemory<byte> Text, DataProblem? Problem = null)
{
    /// <summary>Longest row that is read: 4 MiB.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>How much of a longer row is kept to show.</summary>
    public const int HeadBytes = 4 * 1024;

    /// <summary>Whether this is a row, good or bad, and not a remark on the file.</summary>
    public bool IsRow { get; init; } = true;

    /// <summary>What the file calls the fields of <paramref name="Text"/>.</summary>
    public FieldPlaces Places { get; init; }

    /// <summary>Whether the file ends in the middle of its last line.</summary>
    public bool IsUnended { get; init; }
}

/// <summary>How fields are named to people.</summary>
internal enum FieldPlaces
{
    /// <summary>By JSON paths.</summary>
    JsonPaths,

    /// <summary>By the names of columns.</summary>
    Columns,

    /// <summary>There are none: a row is a piece of text.</summary>
    None,
}
