using System.Text;
using System.Text.Json;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Reading;
using LoraMesh.DatasetPrep.Splits;

namespace LoraMesh.DatasetPrep.Rows;

/// <summary>Turns a row's bytes into what it says, or tells everything that is wrong with them. Bad bytes never throw. Safe to use from several threads at once.</summary>
/// <param name="fields">The names that fields bear.</param>
/// <param name="markers">Texts by which the model's template marks turns; none should stand in a row.</param>
internal sealed class RowParser(RowFields fields, IReadOnlyList<string> markers)
{
    /// <summary>Deepest nesting of a row's JSON.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth };
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly RowSchema _schema = new(fields, markers);

    /// <summary>The content, or null when <paramref name="problems"/> has been told why there is none.</summary>
    public RowContent? Parse(RawRow row, RowProblems problems, CarriedFields? carried = null)
    {
        var mark = ByteOrderMark.Length(row.Text.Span);
        var text = row.Text[mark..];
        if (mark > 0)
        {
            problems.Add(ProblemKind.ByteOrderMark, string.Empty, "the mark EF BB BF", "text without a mark", row.Line == 1 ? "Save the file as UTF-8 without a byte order mark." : "The file was joined of several; remove their marks.");
        }

        text = ReadableText(text, row.Offset < 0 ? row.Offset : row.Offset + mark, problems);
        if (problems.IsFatal)
        {
            return null;
        }

        try
        {
            return Read(text, Strict, problems, carried);
        }
        catch (JsonException error)
        {
            return Mend(text, MalformedJson.Report(text.Span, error, problems), problems, carried);
        }
    }

    /// <summary>The JSON values that stand one after the other in a row.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Divide(ReadOnlyMemory<byte> text)
    {
        var values = new List<ReadOnlyMemory<byte>>();
        var from = 0;
        try
        {
            var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });
            while (reader.Read())
            {
                reader.Skip();
                values.Add(text[from..(int)reader.BytesConsumed]);
                from = (int)reader.BytesConsumed;
            }
        }
        catch (JsonException)
        {
            // The rest is a row of its own, with a problem of its own.
        }

        return from < text.Length && !LineReader.IsBlank(text.Span[from..]) ? [.. values, text[from..]] : values;
    }

    private RowContent? Mend(ReadOnlyMemory<byte> text, ProblemPolicy policy, RowProblems problems, CarriedFields? carried)
    {
        // Several values are rows of their own, which the caller takes apart.
        if (policy != ProblemPolicy.Repair || problems.Has(ProblemKind.SeveralValues))
        {
            return null;
        }

        try
        {
            text = problems.Has(ProblemKind.TrailingComma) && text.Span.TrimEnd(" \t\r\n"u8) is [.., (byte)','] and var whole ? text[..(whole.Length - 1)] : text;
            return Read(problems.Has(ProblemKind.RawControlCharacter) ? MalformedJson.EscapeControls(text.Span) : text, Lenient, problems, carried);
        }
        catch (JsonException)
        {
            problems.Add(ProblemKind.NotJson, string.Empty, Shown.Text(text.Span), "one complete JSON object", "More is wrong with the row than what could be mended; write it with a JSON library.");
            return null;
        }
    }

    private RowContent? Read(ReadOnlyMemory<byte> text, JsonDocumentOptions options, RowProblems problems, CarriedFields? carried)
    {
        using var document = JsonDocument.Parse(text, options);
        var row = document.RootElement;
        if (row.ValueKind != JsonValueKind.Object)
        {
            problems.Add(ProblemKind.NotAnObject, string.Empty, Shown.Value(row), "a JSON object", "Write every row as {\"prompt\": \"…\", \"completion\": \"…\"} or {\"messages\": […]}; an array of rows belongs into a .json file.");
            return null;
        }

        var surrogate = RowText.FirstLoneSurrogate(text.Span);
        if (surrogate >= 0)
        {
            problems.Add(ProblemKind.LoneSurrogate, JsonPlace.PathAt(text.Span, surrogate), Shown.Text(text.Span.Slice(surrogate, 6)), "a whole character: a pair of \\u escapes, or the character itself", "The text was cut in the middle of a character; write it again from its source.");
            return null;
        }

        var content = Fields.HaveNoDuplicates(row, string.Empty, problems) ? _schema.Read(row, problems) : null;
        return content is null || carried is null ? content : carried.Carry(content, row, problems);
    }

    private static ReadOnlyMemory<byte> ReadableText(ReadOnlyMemory<byte> text, long fileOffset, RowProblems problems)
    {
        var span = text.Span;
        var invalid = RowText.FirstInvalidByte(span);
        if (invalid >= 0)
        {
            var latin = Encoding.UTF8.GetBytes(WesternText.Decode(span));
            var near = WesternText.Decode(span[Math.Max(0, invalid - 8)..Math.Min(span.Length, invalid + 8)]);
            var policy = problems.Add(
                ProblemKind.NotUtf8,
                JsonPlace.PathAt(span[..invalid], invalid),
                Shown.Text($"byte 0x{span[invalid]:X2}{At(fileOffset, invalid)}; as Windows-1252: {near}"),
                "UTF-8",
                "Save the file as UTF-8; if it is Latin-1 or Windows-1252, prep.policies.not_utf8: repair reads it so.",
                LinesBefore(span[..invalid], problems));
            return policy == ProblemPolicy.Repair ? latin : text;
        }

        var nul = span.IndexOf((byte)0);
        if (nul >= 0)
        {
            var policy = problems.Add(ProblemKind.ControlCharacters, JsonPlace.PathAt(span[..nul], nul), $"a NUL byte{At(fileOffset, nul)}", "text without NUL", "Remove it; the file may be UTF-16, or damaged.", LinesBefore(span[..nul], problems));
            return policy == ProblemPolicy.Repair ? span.ToArray().Where(value => value != 0).ToArray() : text;
        }

        return text;
    }

    // A row that is a text of several lines has its line ends written as escapes by now.
    private static int LinesBefore(ReadOnlySpan<byte> text, RowProblems problems)
    {
        var lines = 0;
        for (var at = problems.IsText ? text.IndexOf((byte)'\\') : -1; at >= 0 && at + 1 < text.Length; at = text.IndexOf((byte)'\\'))
        {
            lines += text[at + 1] == (byte)'n' ? 1 : 0;
            text = text[(at + 2)..];
        }

        return lines;
    }

    private static string At(long fileOffset, int index) => fileOffset < 0 ? string.Empty : $" at offset {fileOffset + index} of the file";
}
