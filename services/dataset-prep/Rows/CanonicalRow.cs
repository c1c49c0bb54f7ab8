using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>A row in the one spelling by which rows are told apart, hashed and split.</summary>
internal sealed class CanonicalRow
{
    private static readonly int MessagesKey = "\"messages\":".Length;

    private readonly ArrayBufferWriter<byte> _body = new(512);

    public CanonicalRow(RowContent content)
    {
        Content = content;
        WriteBody(_body, content);

        // A conversation is told apart by its messages alone, as they stand between the brackets.
        var skipped = content.Kind == RowKind.Conversation ? MessagesKey : 0;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_body.WrittenSpan[skipped..], hash);
        Identity = BinaryPrimitives.ReadUInt128BigEndian(hash);
        PromptHash = HashPrompt(content) ?? BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>What the row says.</summary>
    public RowContent Content { get; }

    /// <summary>The members of the row's JSON object that hold its content, such as <c>"messages":[…]</c>.</summary>
    public ReadOnlySpan<byte> Body => _body.WrittenSpan;

    /// <summary>The first sixteen bytes of the SHA-256 of the content: equal for equal rows only.</summary>
    public UInt128 Identity { get; }

    /// <summary>The first eight bytes of the SHA-256 of all messages but the answer; of rows without a question, of everything.</summary>
    public ulong PromptHash { get; }

    /// <summary>The first eight bytes of the SHA-256 of the content, as 16 hexadecimal digits.</summary>
    public string Id => IdOf(Identity);

    /// <summary>The id of the row with that identity.</summary>
    public static string IdOf(UInt128 identity) => ((ulong)(identity >> 64)).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Writes a row as one line with its place of origin.</summary>
    public static void WriteLine(IBufferWriter<byte> writer, UInt128 identity, ReadOnlySpan<byte> body, string file, int line)
    {
        writer.Write("{\"id\":\""u8);
        Encoding.ASCII.GetBytes(IdOf(identity), writer);
        writer.Write("\","u8);
        writer.Write(body);
        writer.Write(",\"source\":{\"file\":"u8);
        CanonicalJson.Write(writer, file);
        writer.Write(",\"line\":"u8);
        Span<byte> digits = stackalloc byte[12];
        Utf8Formatter.TryFormat(line, digits, out var length);
        writer.Write(digits[..length]);
        writer.Write("}}\n"u8);
    }

    private static ulong? HashPrompt(RowContent content)
    {
        var count = content.Kind switch
        {
            RowKind.Conversation => content.Turns.Count - 1,
            RowKind.Preference => content.Turns.Count,
            _ => 0,
        };
        if (count == 0)
        {
            return null;
        }

        var writer = new ArrayBufferWriter<byte>(256);
        CanonicalJson.Write(writer, content.Turns, count);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(writer.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    private static void WriteBody(IBufferWriter<byte> writer, RowContent content)
    {
        switch (content.Kind)
        {
            case RowKind.Conversation:
                writer.Write("\"messages\":"u8);
                CanonicalJson.Write(writer, content.Turns);
                break;
            case RowKind.Preference:
                writer.Write("\"prompt\":"u8);
                CanonicalJson.Write(writer, content.Turns);
                writer.Write(",\"chosen\":"u8);
                CanonicalJson.Write(writer, content.Chosen);
                writer.Write(",\"rejected\":"u8);
                CanonicalJson.Write(writer, content.Rejected);
                break;
            case RowKind.Text:
                writer.Write("\"text\":"u8);
                CanonicalJson.Write(writer, content.Text);
                break;
            default:
                writer.Write("\"input_ids\":"u8);
                CanonicalJson.Write(writer, content.Ids);
                writer.Write(",\"labels\":"u8);
                CanonicalJson.Write(writer, content.Labels);
                break;
        }

        if (content.Tools is { } tools)
        {
            writer.Write(",\"tools\":"u8);
            Encoding.UTF8.GetBytes(tools, writer);
        }
    }
}
