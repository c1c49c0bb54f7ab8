using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Explains where a row stops being JSON and what mistake that usually is.</summary>
internal static class MalformedJson
{
    private const int CharsBefore = 20;

    /// <summary>Adds the problem that the parser's error stands for.</summary>
    public static void Report(ReadOnlySpan<byte> row, JsonException error, RowProblems problems)
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
        problems.Add(ProblemKind.NotJson, JsonPlace.PathAt(row, row.Length), Shown.Text(found), "one complete JSON object", Suggestion(row, at));
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

    private static string Suggestion(ReadOnlySpan<byte> row, int at)
    {
        if (at >= row.Length)
        {
            return "The row ends too early: it was cut off, or it stretches over several lines; write one object per line.";
        }

        return row[at] switch
        {
            (byte)'\'' => "JSON takes double quotes around names and strings, not single ones.",
            < 0x20 => "Inside a string write a line break as \\n and a tab as \\t.",
            (byte)'T' or (byte)'F' or (byte)'N' => "JSON writes true, false and null in lower case and knows no NaN.",
            (byte)'}' or (byte)']' => "Remove the comma before the closing bracket, or write the missing value.",
            (byte)'{' or (byte)'[' => "Write one object per line, with commas between the members of an array.",
            _ => "Write the row with a JSON library, or check quotes, commas and escapes at this place.",
        };
    }
}
