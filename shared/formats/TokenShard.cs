using System.Runtime.InteropServices;

namespace LoraMesh.Formats;

/// <summary>
/// Tokenized rows as one safetensors file: what dataset-prep writes and what trainer and evaluator read.
/// Tensors: <c>input_ids</c> I32 [tokens], <c>labels</c> I32 [tokens] (the id where it carries loss, else -100),
/// <c>row_offsets</c> I64 [rows + 1], <c>packed_rows</c> I64 [rows] (row numbers in packing order) and
/// <c>pack_offsets</c> I64 [packs + 1] (ranges of <c>packed_rows</c> that fill one sequence together). The header entry
/// <c>rows</c> is <c>preference_pairs</c> where rows come in pairs, the better answer first.
/// </summary>
public sealed class TokenShard
{
    /// <summary>The label of a token that carries no loss, as in PyTorch's cross-entropy.</summary>
    public const int IgnoreIndex = -100;

    private const string RowsKey = "rows";
    private const string PairsValue = "preference_pairs";

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

    /// <summary>Whether rows 2i and 2i + 1 are the better and the worse answer to one prompt; pairs are packed together.</summary>
    public bool HoldsPairs { get; init; }

    /// <summary>The rows as pairs.</summary>
    /// <exception cref="InvalidOperationException">The shard holds single rows.</exception>
    public IReadOnlyList<PreferencePair> Pairs() => HoldsPairs
        ? [.. Enumerable.Range(0, Rows / 2).Select(pair => new PreferencePair(Row(2 * pair), Row((2 * pair) + 1)))]
        : throw new InvalidOperationException("The shard holds single rows, not preference pairs.");

    private TokenRow Row(int row) => new(Ids(row).ToArray(), RowLabels(row).ToArray());

    /// <summary>A shard of rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="packs">Row numbers of each pack; every row once.</param>
    public static TokenShard Of(IReadOnlyList<TokenRow> rows, IReadOnlyList<IReadOnlyList<int>> packs)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(packs);
        return new TokenShard
        {
            InputIds = [.. rows.SelectMany(row => row.Ids)],
            Labels = [.. rows.SelectMany(row => row.Labels)],
            RowOffsets = Offsets(rows.Select(row => row.Ids.Length)),
            PackedRows = [.. packs.SelectMany(pack => pack).Select(row => (long)row)],
            PackOffsets = Offsets(packs.Select(pack => pack.Count)),
        };
    }

    /// <summary>Writes the shard; the same shard gives the same bytes.</summary>
    public void Write(Stream destination) => Write(destination, InputIds, Labels, RowOffsets, PackedRows, PackOffsets, HoldsPairs);

    /// <summary>Writes a shard of its parts; see the properties of the same names.</summary>
    public static void Write(
        Stream destination, ReadOnlyMemory<int> inputIds, ReadOnlyMemory<int> labels, ReadOnlyMemory<long> rowOffsets, ReadOnlyMemory<long> packedRows, ReadOnlyMemory<long> packOffsets, bool holdsPairs) =>
        SafetensorsWriter.Write(
            destination,
            [
                new("input_ids", "I32", [inputIds.Length], new NumberBytes<int>(inputIds).Memory),
                new("labels", "I32", [labels.Length], new NumberBytes<int>(labels).Memory),
                new("pack_offsets", "I64", [packOffsets.Length], new NumberBytes<long>(packOffsets).Memory),
                new("packed_rows", "I64", [packedRows.Length], new NumberBytes<long>(packedRows).Memory),
                new("row_offsets", "I64", [rowOffsets.Length], new NumberBytes<long>(rowOffsets).Memory),
            ],
            holdsPairs ? new Dictionary<string, string> { [RowsKey] = PairsValue } : null);

    /// <summary>Reads several shards, whose rows go on from one to the next, as one.</summary>
    /// <exception cref="InvalidDataException">A file is not a token shard, its parts contradict each other, or shards of pairs and of single rows are mixed.</exception>
    public static TokenShard ReadAll(IReadOnlyList<string> paths)
    {
        if (paths is [var only])
        {
            return Read(only);
        }

        var shards = paths.Select(Read).ToList();
        if (shards.Exists(shard => shard.HoldsPairs != shards[0].HoldsPairs))
        {
            throw new InvalidDataException($"{paths[0]} and the shards after it hold preference pairs in part only; prepare the data again.");
        }

        return new TokenShard
        {
            InputIds = [.. shards.SelectMany(shard => shard.InputIds)],
            Labels = [.. shards.SelectMany(shard => shard.Labels)],
            RowOffsets = Join(shards, shard => shard.RowOffsets, shard => shard.InputIds.Length),
            PackedRows = Shift(shards, shard => shard.PackedRows, shard => shard.Rows),
            PackOffsets = Join(shards, shard => shard.PackOffsets, shard => shard.PackedRows.Length),
            HoldsPairs = shards[0].HoldsPairs,
        };
    }

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
            HoldsPairs = file.Metadata.GetValueOrDefault(RowsKey) == PairsValue,
        };
        shard.Check(path);
        return shard;
    }

    // Offsets begin with 0, which is also the end of the shard before.
    private static long[] Join(List<TokenShard> shards, Func<TokenShard, long[]> values, Func<TokenShard, int> size) =>
        [0, .. Shift(shards, shard => values(shard)[1..], size)];

    private static long[] Offsets(IEnumerable<int> lengths)
    {
        var offsets = new List<long> { 0 };
        foreach (var length in lengths)
        {
            offsets.Add(offsets[^1] + length);
        }

        return [.. offsets];
    }

    private static long[] Shift(List<TokenShard> shards, Func<TokenShard, long[]> values, Func<TokenShard, int> size)
    {
        var (shifted, before) = (new List<long>(), 0L);
        foreach (var shard in shards)
        {
            shifted.AddRange(values(shard).Select(value => value + before));
            before += size(shard);
        }

        return [.. shifted];
    }

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

        if (HoldsPairs && Rows % 2 != 0)
        {
            throw new InvalidDataException($"{path}: it holds preference pairs, but {Rows} rows, an odd number.");
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
