using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Pipeline;

// Layout, little-endian: length of what follows (i32), identity (u128), prompt hash (u64), file (i32), line (i32), tokens of the
// longest sequence (i32), kind (u8), carried values (u8 count; each i32 length, -1 for none, and UTF-8), body (i32 length and UTF-8),
// sequences (u8 count; each i32 tokens and that many i32).

/// <summary>A good row as bytes of a scratch file.</summary>
internal static class RowRecord
{
    /// <summary>Bytes before a record's content.</summary>
    public const int LengthBytes = sizeof(int);

    /// <summary>Offset of the identity in a record, its length left out.</summary>
    private const int HeadBytes = 16 + 8 + 4 + 4 + 4 + 1;

    public static void Write(ArrayBufferWriter<byte> writer, CanonicalRow row, int file, int line, IReadOnlyList<TokenSequence> sequences)
    {
        var start = writer.WrittenCount;
        var head = writer.GetSpan(LengthBytes + HeadBytes);
        BinaryPrimitives.WriteUInt128LittleEndian(head[4..], row.Identity);
        BinaryPrimitives.WriteUInt64LittleEndian(head[20..], row.PromptHash);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], file);
        BinaryPrimitives.WriteInt32LittleEndian(head[32..], line);
        BinaryPrimitives.WriteInt32LittleEndian(head[36..], Longest(sequences));
        head[40] = (byte)row.Content.Kind;
        writer.Advance(LengthBytes + HeadBytes);
        WriteByte(writer, row.Content.Carried.Count);
        foreach (var value in row.Content.Carried)
        {
            WriteInt(writer, value is null ? -1 : Encoding.UTF8.GetByteCount(value));
            Encoding.UTF8.GetBytes(value ?? string.Empty, writer);
        }

        WriteInt(writer, row.Body.Length);
        writer.Write(row.Body);
        WriteByte(writer, sequences.Count);
        foreach (var sequence in sequences)
        {
            WriteInt(writer, sequence.Length);
            writer.Write(MemoryMarshal.AsBytes(sequence.Marked.Span));
        }

        BinaryPrimitives.WriteInt32LittleEndian(
            MemoryMarshal.AsMemory(writer.WrittenMemory).Span[start..], writer.WrittenCount - start - LengthBytes);
    }

    /// <summary>Reads a record, its length left out; body and tokens stay where they are.</summary>
    public static StoredRow Read(ReadOnlyMemory<byte> record, long number)
    {
        var bytes = record.Span;
        var at = HeadBytes;
        var carried = bytes[at++] is var count and > 0 ? new string?[count] : [];
        for (var i = 0; i < carried.Length; i++)
        {
            var length = TakeInt(bytes, ref at);
            carried[i] = length < 0 ? null : Encoding.UTF8.GetString(bytes.Slice(at, length));
            at += Math.Max(0, length);
        }

        var bodyLength = TakeInt(bytes, ref at);
        var body = record.Slice(at, bodyLength);
        at += bodyLength;
        var sequences = new TokenSequence[bytes[at++]];
        for (var i = 0; i < sequences.Length; i++)
        {
            // Copied, since the tokens need not lie aligned.
            var tokens = new int[TakeInt(bytes, ref at)];
            bytes.Slice(at, sizeof(int) * tokens.Length).CopyTo(MemoryMarshal.AsBytes(tokens.AsSpan()));
            at += sizeof(int) * tokens.Length;
            sequences[i] = new TokenSequence(tokens);
        }

        return new StoredRow
        {
            Number = number,
            Identity = Identity(bytes),
            PromptHash = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            File = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            Line = BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]),
            Kind = (RowKind)bytes[36],
            Carried = carried,
            Body = body,
            Sequences = sequences,
        };
    }

    /// <summary>Bytes of a record's place.</summary>
    public const int PlaceBytes = 12;

    /// <summary>File, line and tokens of the row in a record, its length left out, as <see cref="Place"/> reads them.</summary>
    public static ReadOnlySpan<byte> PlaceOf(ReadOnlySpan<byte> record) => record.Slice(24, PlaceBytes);

    /// <summary>Reads what <see cref="PlaceOf"/> gave.</summary>
    public static RowPosition Place(ReadOnlySpan<byte> place) => new(
        BinaryPrimitives.ReadInt32LittleEndian(place), BinaryPrimitives.ReadInt32LittleEndian(place[4..]), BinaryPrimitives.ReadInt32LittleEndian(place[8..]));

    /// <summary>The identity of the row in a record, its length left out.</summary>
    public static UInt128 Identity(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt128LittleEndian(record);

    private static int Longest(IReadOnlyList<TokenSequence> sequences)
    {
        var longest = 0;
        for (var i = 0; i < sequences.Count; i++)
        {
            longest = Math.Max(longest, sequences[i].Length);
        }

        return longest;
    }

    private static void WriteByte(ArrayBufferWriter<byte> writer, int value)
    {
        writer.GetSpan(1)[0] = (byte)value;
        writer.Advance(1);
    }

    private static void WriteInt(ArrayBufferWriter<byte> writer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(writer.GetSpan(sizeof(int)), value);
        writer.Advance(sizeof(int));
    }

    private static int TakeInt(ReadOnlySpan<byte> bytes, ref int at)
    {
        at += sizeof(int);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes[(at - sizeof(int))..]);
    }
}

/// <summary>Where a row stood, and how long it is.</summary>
/// <param name="File">Number of the file in <see cref="RowStore.Files"/>.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Tokens">Tokens of its longest sequence.</param>
internal readonly record struct RowPosition(int File, int Line, int Tokens);
