using System.Buffers.Binary;
using System.Text;

namespace LoraMesh.Formats.Gguf;

/// <summary>Reads the header forwards; never beyond its end, and no text longer than <see cref="GgufHeader.MaxTextBytes"/>.</summary>
internal unsafe ref struct GgufCursor(byte* start, long length, string path)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal long Position { get; private set; }

    internal readonly long Left => length - Position;

    internal ReadOnlySpan<byte> Take(long count, string what)
    {
        if (count > Left)
        {
            throw GgufHeader.Refuse(path, $"it ends at byte {length}, within {what} at byte {Position}");
        }

        var bytes = new ReadOnlySpan<byte>(start + Position, (int)count);
        Position += count;
        return bytes;
    }

    internal uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    internal ulong UInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    internal string Text(string what, int max)
    {
        var bytes = UInt64(what);
        if (bytes > (ulong)max)
        {
            throw GgufHeader.Refuse(path, $"{what} claims {bytes} bytes at byte {Position}; at most {max} are read");
        }

        var at = Position;
        try
        {
            return Strict.GetString(Take((long)bytes, what));
        }
        catch (DecoderFallbackException problem)
        {
            throw GgufHeader.Refuse(path, $"{what} at byte {at} is not UTF-8 ({problem.Message})");
        }
    }
}
