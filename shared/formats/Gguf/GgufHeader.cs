using System.Buffers.Binary;

namespace LoraMesh.Formats.Gguf;

/// <summary>
/// Parses and checks the header of a GGUF file. It is untrusted: every count is bounded by the bytes that are left before
/// anything is allocated for it; types, ranges, overlaps and duplicate names are refused before any tensor is touched.
/// </summary>
internal static class GgufHeader
{
    internal const int MaxDimensions = 4;
    internal const int MaxTextBytes = 16 * 1024 * 1024;

    // ggml ends at 64 bytes for tensor names; some converters go a little further.
    private const int MaxNameBytes = 256;
    private const int MaxKeys = 65536;
    private const int MaxTensors = 1 << 20;
    private const int MaxElements = 1 << 24;

    // Name's length, dimensions, one size, type, offset: the fewest bytes of a directory entry.
    private const int MinTensorBytes = 8 + 4 + 8 + 4 + 8;
    private const int MinKeyBytes = 8 + 4 + 1;

    internal static unsafe Dictionary<string, GgufTensor> Parse(byte* start, long length, string path, GgufMetadata metadata, out long dataOffset)
    {
        var cursor = new GgufCursor(start, length, path);
        if (!cursor.Take(4, "the magic number").SequenceEqual("GGUF"u8))
        {
            throw Refuse(path, "it does not start with GGUF");
        }

        var version = cursor.UInt32("the version");
        if (version != 3)
        {
            throw Refuse(path, version == BinaryPrimitives.ReverseEndianness(3u) ? "it is big-endian; only little-endian files are read" : $"its version is {version}, expected 3");
        }

        var tensorCount = Bounded(cursor.UInt64("the tensor count"), MaxTensors, cursor.Left / MinTensorBytes, "tensors", path);
        var keyCount = Bounded(cursor.UInt64("the key count"), MaxKeys, cursor.Left / MinKeyBytes, "metadata keys", path);
        for (var i = 0; i < keyCount; i++)
        {
            ReadEntry(ref cursor, metadata, path);
        }

        var alignment = ReadAlignment(metadata, path);
        var tensors = new List<GgufTensor>();
        for (var i = 0; i < tensorCount; i++)
        {
            tensors.Add(ReadTensor(ref cursor, path));
        }

        dataOffset = tensors.Count == 0 ? cursor.Position : (cursor.Position + alignment - 1) / alignment * alignment;
        CheckLayout(tensors, length - dataOffset, alignment, path);
        var named = new Dictionary<string, GgufTensor>(StringComparer.Ordinal);
        return tensors.FirstOrDefault(tensor => !named.TryAdd(tensor.Name, tensor)) is { } twice
            ? throw Refuse(path, $"tensor '{twice.Name}' is named twice")
            : named;
    }

    internal static InvalidDataException Refuse(string path, string problem) => new($"{path} is not a GGUF file that can be read: {problem}.");

    private static int Bounded(ulong claimed, int max, long fits, string what, string path) => claimed <= (ulong)Math.Max(0, Math.Min(max, fits))
        ? (int)claimed
        : throw Refuse(path, $"it claims {claimed} {what}; the bytes that are left hold at most {fits}, and at most {max} are read");

    private static void ReadEntry(ref GgufCursor cursor, GgufMetadata metadata, string path)
    {
        var key = cursor.Text("a metadata key", MaxNameBytes);
        var type = ValueType(ref cursor, key, path);
        var value = type == GgufValueTypes.Array ? ReadArray(ref cursor, key, path) : ReadScalar(ref cursor, type, key, path);
        if (metadata.Find(key) is not null)
        {
            throw Refuse(path, $"metadata key '{key}' stands twice");
        }

        metadata.Add(key, value);
    }

    private static int ValueType(ref GgufCursor cursor, string key, string path)
    {
        var type = cursor.UInt32($"the type of '{key}'");
        return type < GgufValueTypes.Count ? (int)type : throw Refuse(path, $"metadata key '{key}' has the unknown type {type}");
    }

    private static Array ReadArray(ref GgufCursor cursor, string key, string path)
    {
        var type = ValueType(ref cursor, key, path);
        if (type == GgufValueTypes.Array)
        {
            throw Refuse(path, $"metadata key '{key}' is an array of arrays, which nothing here reads");
        }

        var count = Bounded(cursor.UInt64($"the length of '{key}'"), MaxElements, cursor.Left / GgufValueTypes.Size(type), $"elements of '{key}'", path);
        var array = GgufValueTypes.NewArray(type, count);
        for (var i = 0; i < count; i++)
        {
            array.SetValue(ReadScalar(ref cursor, type, key, path), i);
        }

        return array;
    }

    private static object ReadScalar(ref GgufCursor cursor, int type, string key, string path)
    {
        if (type == GgufValueTypes.Text)
        {
            return cursor.Text($"'{key}'", MaxTextBytes);
        }

        var bytes = cursor.Take(GgufValueTypes.Size(type), $"'{key}'");
        return type switch
        {
            0 => bytes[0],
            1 => (sbyte)bytes[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            3 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            5 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            6 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            GgufValueTypes.Flag => bytes[0] <= 1 ? bytes[0] == 1 : throw Refuse(path, $"metadata key '{key}' is a truth value of {bytes[0]}, expected 0 or 1"),
            10 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            11 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        };
    }

    private static long ReadAlignment(GgufMetadata metadata, string path) => metadata.Find("general.alignment") switch
    {
        null => GgufWriter.Alignment,
        uint value when value is >= 8 and <= 65536 && (value & (value - 1)) == 0 => value,
        var other => throw Refuse(path, $"general.alignment is {other}, expected a power of two from 8 to 65536"),
    };

    private static GgufTensor ReadTensor(ref GgufCursor cursor, string path)
    {
        var name = cursor.Text("a tensor's name", MaxNameBytes);
        var dimensions = cursor.UInt32($"the dimensions of '{name}'");
        if (dimensions is 0 or > MaxDimensions)
        {
            throw Refuse(path, $"tensor '{name}' has {dimensions} dimensions, expected 1 to {MaxDimensions}");
        }

        var shape = new long[dimensions];
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            var size = cursor.UInt64($"the sizes of '{name}'");
            shape[i] = size is > 0 and <= long.MaxValue ? (long)size : throw Refuse(path, $"tensor '{name}' has a side of {size}");
        }

        var type = (GgufTensorType)cursor.UInt32($"the type of '{name}'");
        if (!Enum.IsDefined(type))
        {
            throw Refuse(path, $"tensor '{name}' has the type {(int)type}; read are {string.Join(", ", Enum.GetValues<GgufTensorType>().Select(known => $"{known} ({(int)known})"))}");
        }

        if (shape[^1] % type.BlockLength() != 0)
        {
            throw Refuse(path, $"tensor '{name}' of {type} has rows of {shape[^1]}, expected a multiple of {type.BlockLength()}");
        }

        var offset = cursor.UInt64($"the offset of '{name}'");
        try
        {
            var bytes = new GgufWriter.Entry(name, type, shape, _ => { }).Length;
            _ = checked(bytes + (long)Math.Min(offset, long.MaxValue));
            return new GgufTensor(name, type, shape, checked((long)offset), bytes);
        }
        catch (OverflowException)
        {
            throw Refuse(path, $"tensor '{name}' [{string.Join(", ", shape)}] at {offset} is larger than any file");
        }
    }

    private static void CheckLayout(List<GgufTensor> tensors, long dataBytes, long alignment, string path)
    {
        long next = 0;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Offset))
        {
            if (tensor.Offset < next || tensor.Offset % alignment != 0 || tensor.Offset + tensor.Length > dataBytes)
            {
                throw Refuse(path, $"tensor '{tensor.Name}' lies at [{tensor.Offset}, {tensor.Offset + tensor.Length}), expected a multiple of {alignment}, a start of at least {next} and an end of at most {dataBytes}");
            }

            next = tensor.Offset + tensor.Length;
        }
    }
}
