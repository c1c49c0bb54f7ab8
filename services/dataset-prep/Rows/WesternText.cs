using System.Text;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Windows-1252, which also reads Latin-1, and what becomes of UTF-8 that is read by it.</summary>
internal static class WesternText
{
    // Its characters 0x80 to 0x9F (https://encoding.spec.whatwg.org/#windows-1252); the others are those of Unicode.
    private const string Upper = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

    /// <summary>Bytes as text: what is UTF-8 as UTF-8, every other byte as Windows-1252.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var read) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                text.Append(bytes[0] is >= 0x80 and < 0xA0 ? Upper[bytes[0] - 0x80] : (char)bytes[0]);
                read = 1;
            }

            bytes = bytes[read..];
        }

        return text.ToString();
    }

    /// <summary>Where UTF-8 begins that was read as Windows-1252, such as <c>Ã©</c>; -1 where nowhere.</summary>
    public static int FirstMojibake(string text)
    {
        for (var at = 0; at < text.Length - 1; at++)
        {
            if (text[at] is >= '\u00C2' and <= '\u00F4' && LengthAt(text, at) > 0)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>The text with such places read as what they were.</summary>
    public static string Repair(string text)
    {
        var repaired = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < text.Length; at++)
        {
            var length = text[at] is >= '\u00C2' and <= '\u00F4' ? LengthAt(text, at) : 0;
            for (var i = 0; i < length; i++)
            {
                bytes[i] = (byte)ByteOf(text[at + i]);
            }

            repaired.Append(length > 0 ? Encoding.UTF8.GetString(bytes[..length]) : text[at].ToString());
            at += Math.Max(0, length - 1);
        }

        return repaired.ToString();
    }

    // How many characters stand for one of UTF-8; 0 where they do not.
    private static int LengthAt(string text, int at)
    {
        var length = text[at] switch
        {
            < '\u00E0' => 2,
            < '\u00F0' => 3,
            _ => 4,
        };
        if (at + length > text.Length)
        {
            return 0;
        }

        Span<byte> bytes = stackalloc byte[length];
        for (var i = 0; i < length; i++)
        {
            var value = ByteOf(text[at + i]);
            if (value < 0 || (i > 0 && value is < 0x80 or > 0xBF))
            {
                return 0;
            }

            bytes[i] = (byte)value;
        }

        return Rune.DecodeFromUtf8(bytes, out _, out var read) == System.Buffers.OperationStatus.Done && read == length ? length : 0;
    }

    private static int ByteOf(char value) => value < 0x80 || value is >= '\u00A0' and <= '\u00FF' ? value : Upper.IndexOf(value, StringComparison.Ordinal) is var at and >= 0 ? at + 0x80 : -1;
}
