using System.Buffers;
using System.Text;
using System.Text.Json;

namespace LoraMesh.DatasetPrep.Rows;

// Written by hand, since System.Text.Json's escaping follows the Unicode version of the runtime, and row ids must not.

/// <summary>JSON with exactly one spelling for each row: no spaces, only what JSON forbids is escaped (RFC 8785 strings).</summary>
internal static class CanonicalJson
{
    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '"', '\\']);

    /// <summary>Writes the messages as an array of objects with <c>role</c> and <c>content</c>, and what else a message has.</summary>
    public static void Write(IBufferWriter<byte> writer, IReadOnlyList<Turn> turns) => Write(writer, turns, turns.Count);

    /// <summary>The same for the first messages only.</summary>
    public static void Write(IBufferWriter<byte> writer, IReadOnlyList<Turn> turns, int count)
    {
        writer.Write("["u8);
        for (var i = 0; i < count; i++)
        {
            var turn = turns[i];
            writer.Write(i > 0 ? ",{\"role\":"u8 : "{\"role\":"u8);
            Write(writer, turn.Role);
            writer.Write(",\"content\":"u8);
            Write(writer, turn.Content);
            WriteOptional(writer, ",\"name\":"u8, turn.Name);
            WriteOptional(writer, ",\"reasoning_content\":"u8, turn.Reasoning);
            WriteCalls(writer, turn.ToolCalls);
            WriteOptional(writer, ",\"tool_call_id\":"u8, turn.ToolCallId);
            writer.Write("}"u8);
        }

        writer.Write("]"u8);
    }

    /// <summary>Writes numbers as an array.</summary>
    public static void Write(IBufferWriter<byte> writer, IReadOnlyList<int> numbers)
    {
        writer.Write("["u8);
        Span<byte> digits = stackalloc byte[12];
        for (var i = 0; i < numbers.Count; i++)
        {
            writer.Write(i > 0 ? ","u8 : default);
            System.Buffers.Text.Utf8Formatter.TryFormat(numbers[i], digits, out var length);
            writer.Write(digits[..length]);
        }

        writer.Write("]"u8);
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

    /// <summary>Foreign JSON without spaces and with strings in their one spelling; keys keep their order, numbers their digits.</summary>
    public static string Of(JsonElement value)
    {
        var writer = new ArrayBufferWriter<byte>(128);
        Write(writer, value);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }

    private static void Write(IBufferWriter<byte> writer, JsonElement value)
    {
        var any = false;
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.Write("{"u8);
                foreach (var member in value.EnumerateObject())
                {
                    writer.Write(any ? ","u8 : default);
                    Write(writer, member.Name);
                    writer.Write(":"u8);
                    Write(writer, member.Value);
                    any = true;
                }

                writer.Write("}"u8);
                break;
            case JsonValueKind.Array:
                writer.Write("["u8);
                foreach (var item in value.EnumerateArray())
                {
                    writer.Write(any ? ","u8 : default);
                    Write(writer, item);
                    any = true;
                }

                writer.Write("]"u8);
                break;
            case JsonValueKind.String:
                Write(writer, value.GetString()!);
                break;
            default:
                Encoding.UTF8.GetBytes(value.GetRawText(), writer);
                break;
        }
    }

    private static void WriteOptional(IBufferWriter<byte> writer, ReadOnlySpan<byte> key, string? value)
    {
        if (value is not null)
        {
            writer.Write(key);
            Write(writer, value);
        }
    }

    private static void WriteCalls(IBufferWriter<byte> writer, IReadOnlyList<ToolCall> calls)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            writer.Write(i > 0 ? ",{"u8 : ",\"tool_calls\":[{"u8);
            if (calls[i].Id is { } id)
            {
                writer.Write("\"id\":"u8);
                Write(writer, id);
                writer.Write(","u8);
            }

            writer.Write("\"type\":\"function\",\"function\":{\"name\":"u8);
            Write(writer, calls[i].Name);
            writer.Write(",\"arguments\":"u8);
            Encoding.UTF8.GetBytes(calls[i].Arguments, writer);
            writer.Write("}}"u8);
        }

        writer.Write(calls.Count > 0 ? "]"u8 : default);
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
