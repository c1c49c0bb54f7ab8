using LoraMesh.Contracts;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>A row's bytes as they stand in the file, or what kept them from being read.</summary>
/// <param name="Line">1-based line at which the row starts; 0 where the whole file is meant.</param>
/// <param name="Offset">Byte of the file at which <paramref name="Text"/> starts.</param>
/// <param name="Text">The bytes, without the line's end; valid until the next row is asked for. Only a beginning where the row is too long.</param>
/// <param name="Problem">Why the row is refused unread; null for a row to parse.</param>
internal readonly record struct RawRow(int Line, long Offset, ReadOnlyMemory<byte> Text, DataProblem? Problem = null)
{
    /// <summary>Longest row that is read: 4 MiB.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>How much of a longer row is kept to show.</summary>
    public const int HeadBytes = 4 * 1024;

    /// <summary>Whether this is a row, good or bad, and not a remark on the file.</summary>
    public bool IsRow { get; init; } = true;
}
