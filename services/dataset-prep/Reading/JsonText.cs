using System.Buffers;
using System.Text;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Writes texts of other formats as JSON. Bytes that are not UTF-8 stay what they are, for the row parser to find.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Writes a string with its quotes.</summary>
    public static void WriteString(IBufferWriter<byte> writer, ReadOnlySpan<byte> text)
    {
        writer.Write("\""u8);
        WritePart(writer, text);
        writer.Write("\""u8);
    }

    /// <summary>Writes a part of a string.</summary>
    public static void WritePart(IBufferWriter<byte> writer, ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            var plain = text.IndexOfAny(Escaped);
            plain = plain < 0 ? text.Length : plain;
            writer.Write(text[..plain]);
            if (plain < text.Length)
            {
                Encoding.ASCII.GetBytes(Escape(text[plain]), writer);
                plain++;
            }

            text = text[plain..];
        }
    }

    private static string Escape(byte value) => value switch
    {
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        (byte)'\t' => "\\t",
        _ => $"\\u{value:x4}",
    };
}
