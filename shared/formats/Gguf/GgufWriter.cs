using System.Text;

namespace LoraMesh.Formats.Gguf;

/// <summary>
/// Writes GGUF files of version 3, little-endian. Tensors are asked for their bytes one after the other while the file is
/// written, so that a file may be larger than memory. The same content gives the same bytes.
/// </summary>
public static class GgufWriter
{
    /// <summary>Tensor data starts at multiples of this many bytes.</summary>
    public const int Alignment = 32;

    /// <summary>One tensor to write.</summary>
    /// <param name="Name">Name, unique in the file.</param>
    /// <param name="Type">How its numbers are stored.</param>
    /// <param name="Shape">Sizes, outermost first; the innermost is a multiple of the type's block.</param>
    /// <param name="Write">Writes just its bytes, row by row.</param>
    public sealed record Entry(string Name, GgufTensorType Type, IReadOnlyList<long> Shape, Action<Stream> Write)
    {
        /// <summary>Bytes that <see cref="Write"/> gives.</summary>
        public long Length => checked(Shape.Take(Shape.Count - 1).Aggregate(Type.RowBytes(Shape[^1]), (bytes, size) => checked(bytes * size)));
    }

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="ArgumentException">A name stands twice, a shape does not fit, or a tensor gave other bytes than announced.</exception>
    public static void Write(Stream destination, GgufMetadata metadata, IReadOnlyList<Entry> tensors)
    {
        var counted = new CountingStream(destination);
        using (var writer = new BinaryWriter(counted, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write("GGUF"u8);
            writer.Write(3u);
            writer.Write((ulong)tensors.Count);
            writer.Write((ulong)metadata.Keys.Count);
            foreach (var key in metadata.Keys)
            {
                WriteText(writer, key);
                WriteValue(writer, metadata.Find(key)!);
            }

            WriteDirectory(writer, tensors);
        }

        Pad(counted);
        foreach (var tensor in tensors)
        {
            var start = counted.Written;
            tensor.Write(counted);
            if (counted.Written - start != tensor.Length)
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' wrote {counted.Written - start} bytes, announced were {tensor.Length}.");
            }

            Pad(counted);
        }
    }

    private static void WriteDirectory(BinaryWriter writer, IReadOnlyList<Entry> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        long offset = 0;
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' is given twice.");
            }

            if (tensor.Shape.Count is 0 or > GgufHeader.MaxDimensions || tensor.Shape[^1] % tensor.Type.BlockLength() != 0)
            {
                throw new ArgumentException($"Tensor '{tensor.Name}' [{string.Join(", ", tensor.Shape)}] cannot be stored as {tensor.Type}: 1 to {GgufHeader.MaxDimensions} sizes are allowed, the last a multiple of {tensor.Type.BlockLength()}.");
            }

            WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Count);
            foreach (var size in tensor.Shape.Reverse())
            {
                writer.Write((ulong)size);
            }

            writer.Write((uint)tensor.Type);
            writer.Write((ulong)offset);
            offset = checked(offset + ((tensor.Length + Alignment - 1) / Alignment * Alignment));
        }
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        var type = GgufValueTypes.Of(value);
        writer.Write((uint)type);
        if (value is not Array array)
        {
            WriteScalar(writer, value);
            return;
        }

        writer.Write((uint)GgufValueTypes.Element(array));
        writer.Write((ulong)array.Length);
        foreach (var element in array)
        {
            WriteScalar(writer, element);
        }
    }

    private static void WriteScalar(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case byte number: writer.Write(number); break;
            case sbyte number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
            case ulong number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            default: WriteText(writer, (string)value); break;
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Pad(CountingStream stream)
    {
        var missing = (Alignment - (int)(stream.Written % Alignment)) % Alignment;
        stream.Write(new byte[missing]);
    }
}
