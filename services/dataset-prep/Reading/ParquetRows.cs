using System.Buffers;
using System.Buffers.Binary;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using Parquet;
using Parquet.Meta;
using Parquet.Serialization;

namespace LoraMesh.DatasetPrep.Reading;

// The library reads a row group at once; what one may hold is therefore bounded before it is opened, and so is the
// footer, whose length the file itself states.

/// <summary>Reads the rows of a Parquet file; every row becomes a JSON object. Holds one row group at a time.</summary>
/// <param name="stream">The file; must be able to seek.</param>
/// <param name="file">Its name.</param>
/// <param name="isKnown">Whether a column's name means something.</param>
internal sealed class ParquetRows(Stream stream, string file, Func<string, bool> isKnown)
{
    /// <summary>Most unpacked bytes of a row group.</summary>
    public const long MaxGroupBytes = 256L * 1024 * 1024;

    private const long MaxGroupValues = 64L * 1024 * 1024;
    private const int MaxFooterBytes = 64 * 1024 * 1024;
    private const int TailBytes = 8;

    private static readonly ParquetOptions Options = new() { TreatByteArrayAsString = false };

    /// <summary>The rows in order, numbered from 1; the memory of one is reused for the next.</summary>
    /// <exception cref="UnreadableInputException">The file is damaged.</exception>
    public IEnumerable<RawRow> Read()
    {
        CheckFooter();
        var footer = Try(() => ParquetReader.CreateAsync(stream, Options, leaveStreamOpen: true).GetAwaiter().GetResult());
        var groups = footer.Metadata!.RowGroups;
        var columns = footer.Schema.Fields.Select(field => field.Name).ToList();
        if (!columns.Exists(name => isKnown(name)))
        {
            yield return new RawRow(0, -1, default, FileProblem.UnknownColumns(file, columns)) { IsRow = false };
            yield break;
        }

        var number = 0L;
        var row = new ArrayBufferWriter<byte>(4 * 1024);
        for (var group = 0; group < groups.Count; group++)
        {
            if (TooLarge(groups[group], group, number) is { } problem)
            {
                yield return new RawRow(Line(number + 1), -1, default, problem) { IsRow = false };
                number += groups[group].NumRows;
                continue;
            }

            var index = group;
            var rows = Try(() => ParquetSerializer.DeserializeUntypedAsync(stream, Options, index).GetAwaiter().GetResult().Data);
            foreach (var columnsOfRow in rows)
            {
                number++;
                row.ResetWrittenCount();
                // Values that are null are left out there.
                ParquetJson.WriteRow(row, columns.Select(name => KeyValuePair.Create(name, columnsOfRow.GetValueOrDefault(name))));
                yield return row.WrittenCount > RawRow.MaxBytes
                    ? LineReader.TooLong(file, Line(number), -1, row.WrittenSpan[..RawRow.HeadBytes].ToArray(), row.WrittenCount)
                    : new RawRow(Line(number), -1, row.WrittenMemory) { Places = FieldPlaces.Columns };
            }
        }
    }

    private static int Line(long number) => (int)Math.Min(number, int.MaxValue);

    private void CheckFooter()
    {
        Span<byte> tail = stackalloc byte[TailBytes];
        if (stream.Length < 4 + TailBytes)
        {
            throw Damaged($"{Shown.Number(stream.Length)} bytes, too few for a footer");
        }

        stream.Position = stream.Length - TailBytes;
        stream.ReadExactly(tail);
        stream.Position = 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8))
        {
            throw Damaged("no footer at the end: it breaks off");
        }

        if (length <= 0 || length > Math.Min(MaxFooterBytes, stream.Length - TailBytes - 4))
        {
            throw Damaged($"a footer of {Shown.Number(length)} bytes in a file of {Shown.Number(stream.Length)}");
        }
    }

    private DataProblem? TooLarge(RowGroup group, int index, long rowsBefore)
    {
        // Counts that are below 0 are damage; as they are far from a sound group's they are told alike.
        var bytes = group.Columns.Sum(column => Math.Max(0, column.MetaData?.TotalUncompressedSize ?? 0));
        var values = group.Columns.Sum(column => column.MetaData?.NumValues ?? 0);
        return bytes <= MaxGroupBytes && values is >= 0 and <= MaxGroupValues && group.NumRows is >= 0 and <= MaxGroupValues ? null : FileProblem.Of(
            file,
            ProblemKind.RowGroupTooLarge,
            $"row group {index + 1} with {Shown.Number(group.NumRows)} rows and {Shown.Number(bytes)} bytes unpacked",
            $"at most {Shown.Number(MaxGroupBytes)} bytes and {Shown.Number(MaxGroupValues)} values",
            "Write the file again with smaller row groups (row_group_size=50000 in pyarrow and pandas).",
            Line(rowsBefore + 1));
    }

    // A library that reads damaged bytes throws whatever its data structures throw.
    private static T Try<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (OutOfMemoryException or OperationCanceledException or UnreadableInputException))
        {
            throw Damaged(Shown.Text($"bytes that cannot be read: {error.Message}"), error);
        }
    }

    private static UnreadableInputException Damaged(string found, Exception? error = null) =>
        new(ProblemKind.DamagedParquet, found, "a whole Parquet file", "Upload the file again; compare its size with the original's.", error);
}
