using System.Buffers;
using System.Text;
using LoraMesh.Text;

namespace LoraMesh.DatasetPrep.Rows;

// Written by hand, since System.Text.Json's escaping follows the Unicode version of the runtime, and row ids must not.

/// <summary>JSON with exactly one spelling for each conversation: no spaces, only what JSON forbids is escaped (RFC 8785 strings).</summary>
internal static class CanonicalJson
{
    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <summary>Writes the messages as an array of objects with <c>role</c> and <c>content</c>.</summary>
    public static void Write(IBufferWriter<byte> writer, IEnumerable<ChatMessage> messages)
    {
        var any = false;
        foreach (var message in messages)
        {
            writer.Write(any ? ",{\"role\":"u8 : "[{\"role\":"u8);
            Write(writer, message.Role);
            writer.Write(",\"content\":"u8);
            Write(writer, message.Content);
            writer.Write("}"u8);
            any = true;
        }

        writer.Write(any ? "]"u8 : "[]"u8);
    }

    /// <summary>Writes a string; surrogates without their other half become U+FFFD.</summary>
    public static void Write(IBufferWriter<byte> writer, string value)
    {
        writer.Write("\""u8);
        var rest = value.AsSpan();
        while (rest.Length > 0)
        {
            var plain = rest.IndexOfAny(Escaped);
            plain = plain < 0 ? rest.Length : plain;
            Encoding.UTF8.GetBytes(rest[..plain], writer);
            if (plain < rest.Length)
            {
                Encoding.UTF8.GetBytes(Escape(rest[plain]), writer);
                plain++;
            }

            rest = rest[plain..];
        }

        writer.Write("\""u8);
    }

    private static string Escape(char value) => value switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => $"\\u{(int)value:x4}",
    };
}
