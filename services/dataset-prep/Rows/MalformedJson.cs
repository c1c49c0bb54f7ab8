using System.Text;
using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Explains where a row stops being JSON and what mistake that usually is.</summary>
internal static class MalformedJson
{
    private const int CharsBefore = 20;

    /// <summary>Adds the problem that the parser's error stands for.</summary>
    /// <returns>What is to be done about it.</returns>
    public static ProblemPolicy Report(ReadOnlySpan<byte> row, JsonException error, RowProblems problems)
    {
        var at = Offset(row, error);
        var start = Math.Max(0, at - CharsBefore);
        while (start > 0 && (row[start] & 0xC0) == 0x80)
        {
            start--;
        }

        var found = at >= row.Length
            ? "the row's end after " + Shown.Text(row[start..])
            : $"byte {at}, near " + Shown.Text(row[start..]);
        var (kind, suggestion) = Explain(row, at);
        return problems.Add(kind, JsonPlace.PathAt(row, row.Length), Shown.Text(found), "one complete JSON object", suggestion);
    }

    /// <summary>The row with what may stand unescaped inside strings written as escapes.</summary>
    public static byte[] EscapeControls(ReadOnlySpan<byte> row)
    {
        using var escaped = new MemoryStream(row.Length + 16);
        var (inString, skip) = (false, false);
        foreach (var value in row)
        {
            if (inString && value < 0x20)
            {
                escaped.Write(Encoding.ASCII.GetBytes($"\\u{value:x4}"));
            }
            else
            {
                escaped.WriteByte(value);
            }

            inString ^= value == (byte)'"' && !skip;
            skip = inString && !skip && value == (byte)'\\';
        }

        return escaped.ToArray();
    }

    private static int Offset(ReadOnlySpan<byte> row, JsonException error)
    {
        // The parser counts lines and bytes of the line; a row from a .json array may have several lines.
        var lineStart = 0;
        for (var line = error.LineNumber ?? 0; line > 0; line--)
        {
            var end = row[lineStart..].IndexOf((byte)'\n');
            lineStart = end < 0 ? lineStart : lineStart + end + 1;
        }

        return (int)Math.Clamp(lineStart + (error.BytePositionInLine ?? 0), 0, row.Length);
    }

    private static (string Kind, string Suggestion) Explain(ReadOnlySpan<byte> row, int at)
    {
        if (at >= row.Length)
        {
            return (ProblemKind.TruncatedRow, "The row ends too early: it was cut off, or it stretches over several lines; write one object per line.");
        }

        var rest = row[at..];
        if (IsTooDeep(row[..(at + 1)]))
        {
            return (ProblemKind.TooDeep, $"At most {RowParser.MaxDepth} brackets may stand inside each other: write the inner ones as text.");
        }

        if (rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || row[Math.Max(0, at - 1)..].StartsWith("nan"u8) || rest.StartsWith("inf"u8) || (at > 0 && (row[(at - 1)..].StartsWith("-I"u8) || row[(at - 1)..].StartsWith("-i"u8))))
        {
            return (ProblemKind.NotANumber, "JSON knows neither NaN nor Infinity: write null, or leave the field out.");
        }

        if (rest.StartsWith("True"u8) || rest.StartsWith("False"u8) || rest.StartsWith("None"u8))
        {
            return (ProblemKind.PythonLiteral, "JSON writes true, false and null; write the row with json.dumps, not with str.");
        }

        return row[at] switch
        {
            (byte)'{' or (byte)'[' when IsAfterValue(row, at) => (ProblemKind.SeveralValues, "Write one object per line, with commas between the members of an array."),
            (byte)'\'' => (ProblemKind.SingleQuotes, "JSON takes double quotes around names and strings, not single ones."),
            < 0x20 => (ProblemKind.RawControlCharacter, "Inside a string write a line break as \\n and a tab as \\t."),
            (byte)'/' or (byte)'#' => (ProblemKind.JsonComment, "JSON has no comments: remove it."),
            (byte)',' when IsAfterValue(row, at) && row[(at + 1)..].IndexOfAnyExcept(" \t\r\n"u8) < 0 => (ProblemKind.TrailingComma, "Remove the comma after the row."),
            (byte)'}' or (byte)']' when LastBefore(row, at) == (byte)',' => (ProblemKind.TrailingComma, "Remove the comma before the closing bracket."),
            (byte)'<' when at == 0 => (ProblemKind.NotJson, "This is HTML or XML, perhaps an error page that was saved with the data; remove it."),
            _ when at > 0 && row[at - 1] == (byte)'\\' => (ProblemKind.BadEscape, "Write a backslash as \\\\; after a single one only \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits may follow."),
            (byte)'}' or (byte)']' => (ProblemKind.NotJson, "Write the missing value, or remove the bracket."),
            _ => (ProblemKind.NotJson, "Write the row with a JSON library, or check quotes, commas and escapes at this place."),
        };
    }

    private static byte LastBefore(ReadOnlySpan<byte> row, int at)
    {
        var before = row[..at].TrimEnd(" \t\r\n"u8);
        return before.Length == 0 ? (byte)0 : before[^1];
    }

    // Whether a whole value stands before the place.
    private static bool IsAfterValue(ReadOnlySpan<byte> row, int at)
    {
        if (LastBefore(row, at) is not ((byte)'}' or (byte)']'))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(row[..at], new JsonReaderOptions { MaxDepth = RowParser.MaxDepth, AllowMultipleValues = true });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsTooDeep(ReadOnlySpan<byte> row)
    {
        var (depth, inString, escaped) = (0, false, false);
        foreach (var value in row)
        {
            if (inString)
            {
                inString = escaped || value != (byte)'"';
                escaped = !escaped && value == (byte)'\\';
                continue;
            }

            inString = value == (byte)'"';
            depth += value is (byte)'{' or (byte)'[' ? 1 : value is (byte)'}' or (byte)']' ? -1 : 0;
        }

        return depth > RowParser.MaxDepth;
    }
}
