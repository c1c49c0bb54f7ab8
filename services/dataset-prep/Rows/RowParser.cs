using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Splits;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Turns a row's bytes into what it says, or tells everything that is wrong with them. Bad bytes never throw. Safe to use from several threads at once.</summary>
internal static class RowParser
{
    /// <summary>Deepest nesting of a row's JSON.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = MaxDepth };

    /// <summary>The content, or null when <paramref name="problems"/> has been told why there is none.</summary>
    public static RowContent? Parse(RawRow row, RowProblems problems, CarriedFields? carried = null)
    {
        var mark = ByteOrderMark.Length(row.Text.Span);
        var text = row.Text[mark..];
        if (!IsReadableText(text.Span, row.Offset + mark, problems))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, JsonOptions);
            var content = ParseJson(document.RootElement, text.Span, problems);
            return content is null || carried is null ? content : carried.Carry(content, document.RootElement, problems);
        }
        catch (JsonException error)
        {
            MalformedJson.Report(text.Span, error, problems);
            return null;
        }
    }

    private static RowContent? ParseJson(JsonElement row, ReadOnlySpan<byte> text, RowProblems problems)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            problems.Add(ProblemKind.NotAnObject, string.Empty, Shown.Value(row), "a JSON object", "Write every row as {\"prompt\": \"…\", \"completion\": \"…\"} or {\"messages\": […]}; an array of rows belongs into a .json file.");
            return null;
        }

        var surrogate = RowText.FirstLoneSurrogate(text);
        if (surrogate >= 0)
        {
            problems.Add(ProblemKind.LoneSurrogate, JsonPlace.PathAt(text, surrogate), Shown.Text(text.Slice(surrogate, 6)), "a whole character: a pair of \\u escapes, or the character itself", "The text was cut in the middle of a character; write it again from its source.");
            return null;
        }

        return Fields.HaveNoDuplicates(row, string.Empty, problems) ? RowSchema.Read(row, problems) : null;
    }

    private static bool IsReadableText(ReadOnlySpan<byte> text, long fileOffset, RowProblems problems)
    {
        var invalid = RowText.FirstInvalidByte(text);
        if (invalid >= 0)
        {
            problems.Add(ProblemKind.NotUtf8, JsonPlace.PathAt(text[..invalid], invalid), $"byte 0x{text[invalid]:X2} at offset {fileOffset + invalid} of the file", "UTF-8", "Save the file as UTF-8; it may be Latin-1, Windows-1252 or compressed.");
            return false;
        }

        var nul = text.IndexOf((byte)0);
        if (nul >= 0)
        {
            problems.Add(ProblemKind.ControlCharacters, JsonPlace.PathAt(text[..nul], nul), $"a NUL byte at offset {fileOffset + nul} of the file", "text without NUL", "Remove it; the file may be UTF-16, or damaged.");
            return false;
        }

        return true;
    }
}
