using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LoraMesh.Formats;

/// <summary>Writes safetensors files. Tensors are ordered by name, so that equal content gives equal bytes.</summary>
public static class SafetensorsWriter
{
    // Tensor data starts at a multiple of this, as the reference implementation pads its header.
    private const int Alignment = 8;

    /// <summary>One tensor to write.</summary>
    /// <param name="Name">Name, unique in the file.</param>
    /// <param name="Dtype">Type as the format names it.</param>
    /// <param name="Shape">Sizes, outermost first.</param>
    /// <param name="Data">Little-endian bytes in row-major order.</param>
    public sealed record Entry(string Name, string Dtype, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Data);

    /// <summary>One tensor whose bytes are made when their turn comes, so that a file need not fit in memory.</summary>
    /// <param name="Name">Name, unique in the file.</param>
    /// <param name="Dtype">Type as the format names it.</param>
    /// <param name="Shape">Sizes, outermost first.</param>
    /// <param name="Write">Writes the bytes, little-endian in row-major order.</param>
    public sealed record Part(string Name, string Dtype, IReadOnlyList<long> Shape, Action<Stream> Write)
    {
        internal long Bytes => Shape.Aggregate(1L, (product, size) => checked(product * size))
            * (SafetensorsHeader.BitsOf(Dtype) ?? throw new ArgumentException($"Tensor '{Name}' has the unknown dtype '{Dtype}'.")) / 8;
    }

    /// <summary>Writes a whole file.</summary>
    /// <param name="destination">Gets the bytes.</param>
    /// <param name="entries">The tensors, in any order.</param>
    /// <param name="metadata">Free text entries for the header.</param>
    /// <exception cref="ArgumentException">A name stands twice, or the bytes do not fit type and shape.</exception>
    public static void Write(Stream destination, IEnumerable<Entry> entries, IReadOnlyDictionary<string, string>? metadata = null) =>
        WriteParts(destination, entries.Select(entry => new Part(entry.Name, entry.Dtype, entry.Shape, stream => stream.Write(entry.Data.Span)) is var part && part.Bytes == entry.Data.Length
            ? part
            : throw new ArgumentException($"Tensor '{entry.Name}' of {entry.Dtype} [{string.Join(", ", entry.Shape)}] does not fit its {entry.Data.Length} bytes.")), metadata);

    /// <summary>Writes a whole file, one tensor after the other.</summary>
    /// <inheritdoc cref="Write(Stream, IEnumerable{Entry}, IReadOnlyDictionary{string, string}?)"/>
    public static void WriteParts(Stream destination, IEnumerable<Part> entries, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = entries.OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        var header = Header(ordered, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        destination.Write(length);
        destination.Write(header);
        foreach (var entry in ordered)
        {
            entry.Write(destination);
        }
    }

    private static byte[] Header(List<Part> ordered, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            string? previous = null;
            foreach (var entry in ordered)
            {
                previous = entry.Name != previous ? entry.Name : throw new ArgumentException($"Tensor '{entry.Name}' is given twice.");
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", entry.Dtype);
                json.WriteStartArray("shape");
                foreach (var size in entry.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += entry.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }
}
