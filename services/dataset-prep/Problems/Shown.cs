using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LoraMesh.DatasetPrep.Problems;

/// <summary>Pieces of foreign data as a report may show them: short, on one line, without control characters.</summary>
internal static class Shown
{
    /// <summary>Longest piece that is shown, in UTF-16 chars.</summary>
    public const int MaxChars = 80;

    /// <summary>The text with control characters escaped, cut to <paramref name="maxChars"/>.</summary>
    public static string Text(ReadOnlySpan<char> text, int maxChars = MaxChars)
    {
        var shown = new StringBuilder(Math.Min(text.Length, maxChars) + 1);
        while (text.Length > 0)
        {
            var valid = Rune.DecodeFromUtf16(text, out var rune, out var read) == System.Buffers.OperationStatus.Done;
            var piece = valid ? Escaped(rune) : UnicodeEscape(text[0]);
            // The last place is kept for the sign that something was cut off.
            var room = text.Length == read ? maxChars : maxChars - 1;
            if (shown.Length + piece.Length > room)
            {
                return shown.Append('…').ToString();
            }

            shown.Append(piece);
            text = text[read..];
        }

        return shown.ToString();
    }

    /// <summary>The same for bytes that may not be UTF-8.</summary>
    public static string Text(ReadOnlySpan<byte> utf8) => Text(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * MaxChars)]).AsSpan());

    /// <summary>A JSON value with the name of its type.</summary>
    public static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.String => Text(value.GetRawText()),
        JsonValueKind.Number => Text("number " + value.GetRawText()),
        JsonValueKind.Array => Text("array " + value.GetRawText()),
        _ => Text("object " + value.GetRawText()),
    };

    /// <summary>The field names of an object.</summary>
    public static string Fields(JsonElement row)
    {
        var names = row.EnumerateObject().Take(MaxChars).Select(field => field.Name).ToList();
        return names.Count == 0 ? "no fields" : Text("fields " + string.Join(", ", names));
    }

    /// <summary>A number with its thousands apart.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Escaped(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        (>= 0x200B and <= 0x200F and not (0x200C or 0x200D)) or (>= 0x2028 and <= 0x202E) or (>= 0x2060 and <= 0x2069) or 0xFEFF => UnicodeEscape((char)rune.Value),
        _ when Rune.IsControl(rune) => UnicodeEscape((char)rune.Value),
        _ => rune.ToString(),
    };

    private static string UnicodeEscape(char value) => $"\\u{(int)value:x4}";
}
