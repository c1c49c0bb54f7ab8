using System.Runtime.InteropServices;

namespace LoraMesh.Formats;

/// <summary>
/// Tokenized rows as one safetensors file: what dataset-prep writes and what trainer and evaluator read.
/// Tensors: <c>input_ids</c> I32 [tokens], <c>labels</c> I32 [tokens] (the id where it carries loss, else -100),
/// <c>row_offsets</c> I64 [rows + 1], <c>packed_rows</c> I64 [rows] (row numbers in packing order) and
/// <c>pack_offsets</c> I64 [packs + 1] (ranges of <c>packed_rows</c> that fill one sequence together).
/// </summary>
public sealed class TokenShard
{
    /// <summary>The label of a token that carries no loss, as in PyTorch's cross-entropy.</summary>
    public const int IgnoreIndex = -100;

    /// <summary>Token ids of all rows, one after the other.</summary>
    public required int[] InputIds { get; init; }

    /// <summary>For every token its id, or <see cref="IgnoreIndex"/> where it carries no loss.</summary>
    public required int[] Labels { get; init; }

    /// <summary>Where each row starts in the two above, and the end of the last one.</summary>
    public required long[] RowOffsets { get; init; }

    /// <summary>Row numbers in packing order; every row once.</summary>
    public required long[] PackedRows { get; init; }

    /// <summary>Where each pack starts in <see cref="PackedRows"/>, and the end of the last one.</summary>
    public required long[] PackOffsets { get; init; }

    /// <summary>Number of rows.</summary>
    public int Rows => RowOffsets.Length - 1;

    /// <summary>Ids of one row.</summary>
    public ReadOnlySpan<int> Ids(int row) => InputIds.AsSpan((int)RowOffsets[row], (int)(RowOffsets[row + 1] - RowOffsets[row]));

    /// <summary>Labels of one row.</summary>
    public ReadOnlySpan<int> RowLabels(int row) => Labels.AsSpan((int)RowOffsets[row], (int)(RowOffsets[row + 1] - RowOffsets[row]));

    /// <summary>Writes the shard; the same shard gives the same bytes.</summary>
    public void Write(Stream destination) => SafetensorsWriter.Write(destination,
    [
        Int32("input_ids", InputIds),
        Int32("labels", Labels),
        Int64("pack_offsets", PackOffsets),
        Int64("packed_rows", PackedRows),
        Int64("row_offsets", RowOffsets),
    ]);

    /// <summary>Reads and checks a shard.</summary>
    /// <exception cref="InvalidDataException">The file is not a token shard, or its parts contradict each other.</exception>
    public static TokenShard Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var shard = new TokenShard
        {
            InputIds = ReadInt32(file, "input_ids"),
            Labels = ReadInt32(file, "labels"),
            RowOffsets = ReadInt64(file, "row_offsets"),
            PackedRows = ReadInt64(file, "packed_rows"),
            PackOffsets = ReadInt64(file, "pack_offsets"),
        };
        shard.Check(path);
        return shard;
    }

    private static SafetensorsWriter.Entry Int32(string name, int[] values) =>
        new(name, "I32", [values.Length], MemoryMarshal.AsBytes<int>(values).ToArray());

    private static SafetensorsWriter.Entry Int64(string name, long[] values) =>
        new(name, "I64", [values.Length], MemoryMarshal.AsBytes<long>(values).ToArray());

    private static int[] ReadInt32(SafetensorsFile file, string name) =>
        MemoryMarshal.Cast<byte, int>(file.Bytes(file.Require(name, "I32", dimensions: 1))).ToArray();

    private static long[] ReadInt64(SafetensorsFile file, string name) =>
        MemoryMarshal.Cast<byte, long>(file.Bytes(file.Require(name, "I64", dimensions: 1))).ToArray();

    private void Check(string path)
    {
        if (Labels.Length != InputIds.Length)
        {
            throw new InvalidDataException($"{path}: labels has {Labels.Length} entries, input_ids {InputIds.Length}; they must be equal.");
        }

        CheckOffsets(path, "row_offsets", RowOffsets, InputIds.Length);
        CheckOffsets(path, "pack_offsets", PackOffsets, PackedRows.Length);
        if (PackedRows.Length != Rows || PackedRows.Any(row => row < 0 || row >= Rows) || PackedRows.Distinct().Count() != Rows)
        {
            throw new InvalidDataException($"{path}: packed_rows must name each of the {Rows} rows once.");
        }
    }

    private static void CheckOffsets(string path, string name, long[] offsets, long end)
    {
        if (offsets.Length == 0 || offsets[0] != 0 || offsets[^1] != end)
        {
            throw new InvalidDataException($"{path}: {name} must start at 0 and end at {end}.");
        }

        for (var i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                throw new InvalidDataException($"{path}: {name}[{i}] is {offsets[i]}, below its predecessor {offsets[i - 1]}.");
            }
        }
    }
}
