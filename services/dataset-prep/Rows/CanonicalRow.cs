using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>A conversation in the one spelling by which rows are told apart, hashed and split.</summary>
internal sealed class CanonicalRow
{
    private const int IdBytes = 8;

    private readonly byte[] _messages;
    private readonly byte[] _hash;

    public CanonicalRow(IReadOnlyList<ChatMessage> messages)
    {
        Messages = messages;
        var writer = new ArrayBufferWriter<byte>(256);
        CanonicalJson.Write(writer, messages);
        _messages = writer.WrittenSpan.ToArray();
        _hash = SHA256.HashData(_messages);

        writer.ResetWrittenCount();
        CanonicalJson.Write(writer, messages.SkipLast(1));
        PromptHash = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(writer.WrittenSpan));
    }

    /// <summary>The conversation.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; }

    /// <summary>The first eight bytes of the SHA-256 of the messages, as 16 hexadecimal digits.</summary>
    public string Id => Convert.ToHexStringLower(_hash, 0, IdBytes);

    /// <summary>The first sixteen bytes of the SHA-256 of the messages: equal for equal conversations only.</summary>
    public UInt128 Identity => BinaryPrimitives.ReadUInt128BigEndian(_hash);

    /// <summary>The first eight bytes of the SHA-256 of all messages but the answer.</summary>
    public ulong PromptHash { get; }

    /// <summary>Whether the row is held out. Depends on the prompt alone, so that growing data move no row and no prompt is on both sides.</summary>
    public bool IsHeldOut(double testShare) => PromptHash / Math.Pow(2, 64) < testShare;

    /// <summary>Writes the row as one line with its place of origin.</summary>
    public void Write(Stream destination, string file, int line)
    {
        var writer = new ArrayBufferWriter<byte>(_messages.Length + 128);
        writer.Write("{\"id\":\""u8);
        writer.Write(Encoding.ASCII.GetBytes(Id));
        writer.Write("\",\"messages\":"u8);
        writer.Write(_messages);
        writer.Write(",\"source\":{\"file\":"u8);
        CanonicalJson.Write(writer, file);
        writer.Write(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $",\"line\":{line}}}}}\n")));
        destination.Write(writer.WrittenSpan);
    }
}
