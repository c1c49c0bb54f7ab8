using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;
using LoraMesh.DatasetPrep.Rows;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Reads the rows of one file that <see cref="InputGate"/> has let through, whatever its layout.</summary>
/// <param name="input">The file.</param>
/// <param name="config">The project's settings.</param>
/// <param name="policies">What is done about files that are not what they should be.</param>
/// <param name="fields">The names that fields bear.</param>
internal sealed class InputReader(PrepInput input, PrepConfig config, ProblemPolicies policies, RowFields fields)
{
    private InputContent? _content;
    private long _rows;

    /// <summary>How many bytes of the file are read.</summary>
    public long Position => _content?.Position ?? 0;

    /// <summary>What was found out about the file.</summary>
    public FileFacts Facts { get; private set; } = new() { File = input.Name, Bytes = input.Bytes };

    /// <summary>The rows in file order, the memory of one is reused for the next; before, among and after them remarks on the file.</summary>
    public IEnumerable<RawRow> Read()
    {
        using var rows = ReadContent().GetEnumerator();
        while (true)
        {
            RawRow row;
            try
            {
                if (!rows.MoveNext())
                {
                    break;
                }

                row = rows.Current;
            }
            catch (UnreadableInputException error)
            {
                row = Remark(error.Kind, error.Found, error.Expected, error.Suggestion);
            }

            _rows += row.IsRow ? 1 : 0;
            yield return row;
        }

        Facts = Facts with { Rows = _rows };
    }

    private IEnumerable<RawRow> ReadContent()
    {
        using var content = _content = InputContent.Open(input, config.MaxFileBytes);
        var head = content.Head();
        Facts = Facts with { Compression = content.Compression.Word(), Encoding = TextEncoding.Word(content.Encoding) };
        var isWhole = head.Length < InputContent.HeadBytes;
        if (isWhole && LineReader.IsBlank(head.AsSpan(ByteOrderMark.Length(head))))
        {
            var found = head.Length == 0 ? $"{Facts.Compression} data that unpack to nothing" : $"{Shown.Number(input.Bytes)} bytes, no row among them";
            yield return new RawRow(0, 0, default, FileProblem.Empty(input.Name, found)) { IsRow = false };
            yield break;
        }

        if (Refused(head) is { } refused)
        {
            yield return refused;
            yield break;
        }

        if (FormatSniffer.Of(head, isWhole, input.Name) is not { } format)
        {
            yield return Remark(
                ProblemKind.UnsupportedFormat,
                "text without rows or columns in " + (Path.GetExtension(input.Name) is { Length: > 0 } extension ? $"a {extension} file" : "a file without an extension"),
                "JSON Lines, a JSON array, CSV, TSV or Parquet, or prose in a .txt or .md file",
                "Convert it to one JSON object per line, such as {\"prompt\": \"…\", \"completion\": \"…\"}, and drop it as .jsonl.");
            yield break;
        }

        Facts = Facts with { Format = format.Format.Word() };
        if (format.Format == FileFormat.Parquet && content.Compression != Compression.None)
        {
            yield return Remark(ProblemKind.UnsupportedFormat, $"Parquet inside {Facts.Compression}", "Parquet as it is: it is compressed already, and is not read from its beginning", "Unpack the file and drop it as .parquet.");
            yield break;
        }

        foreach (var remark in Remarks(head, format))
        {
            yield return remark;
            if (policies.Of(remark.Problem!.Kind) is ProblemPolicy.Drop or ProblemPolicy.Refuse)
            {
                yield break;
            }
        }

        var any = false;
        foreach (var row in Rows(format, head))
        {
            any = true;
            yield return row;
        }

        if (!any)
        {
            var found = format.Format == FileFormat.Delimited ? "a header and no row below it" : format.Format == FileFormat.Parquet ? "columns and no row" : $"{Shown.Number(input.Bytes)} bytes, no row among them";
            yield return new RawRow(0, 0, default, FileProblem.Empty(input.Name, found)) { IsRow = false };
        }
    }

    private RawRow? Refused(byte[] head)
    {
        if (ForeignFormat.Name(head) is { } foreign)
        {
            return Remark(ProblemKind.UnsupportedFormat, foreign, "JSON Lines, a JSON array, CSV, TSV, Parquet, text or Markdown, as they are or in gzip or zstd", "Take the rows out of it and drop them as .jsonl or .csv.");
        }

        return !head.AsSpan().StartsWith("PAR1"u8) && ForeignFormat.IsBinary(head)
            ? Remark(ProblemKind.BinaryContent, "bytes that are no text: " + Shown.Text(head.AsSpan()), "text, or Parquet", "Check what the file is; its name says nothing of its content.")
            : null;
    }

    private IEnumerable<RawRow> Remarks(byte[] head, SniffedFormat format)
    {
        var (promised, packed) = (FileFormats.OfName(input.Name), FileFormats.CompressionOfName(input.Name));
        if (packed != _content!.Compression)
        {
            yield return Remark(ProblemKind.WrongExtension, $"{Packed(_content.Compression)} in a file named {Path.GetFileName(input.Name)}", Packed(packed), "Name it by what it holds, so that other tools read it too.");
        }
        else if (promised.Count > 0 && !promised.Contains(format.Format))
        {
            yield return Remark(ProblemKind.WrongExtension, $"{format.Format.Word()} in a file named {Path.GetFileName(input.Name)}", promised[0].Word(), "Name it by what it holds, so that other tools read it too.");
        }

        if (_content.Encoding is not null)
        {
            yield return Remark(ProblemKind.OtherEncoding, TextEncoding.Word(_content.Encoding), "utf-8", "Save the file as UTF-8.");
        }
        else if (ByteOrderMark.Length(head) > 0 && format.Format is not (FileFormat.JsonLines or FileFormat.JsonArray))
        {
            yield return Remark(ProblemKind.ByteOrderMark, "the mark EF BB BF", "text without a mark", "Save the file as UTF-8 without a byte order mark.", line: 1);
        }

        if (format.ArrayName is { } name)
        {
            yield return Remark(ProblemKind.WrappedRows, $"the rows as \"{name}\" of an object", "an array of rows, or one row per line", "Write the rows alone; what else the object holds is not read.", line: 1, path: JsonPlace.Field(string.Empty, name));
        }
        else if (format.Format == FileFormat.JsonObjects)
        {
            yield return Remark(ProblemKind.RowsOverLines, "objects that stretch over several lines", "one row per line", "Write every row on a line of its own.", line: 1);
        }
    }

    private IEnumerable<RawRow> Rows(SniffedFormat format, byte[] head)
    {
        // The head was read to look at it; the rows are read from the start.
        _content!.Dispose();
        using var content = _content = InputContent.Open(input, config.MaxFileBytes);
        var rows = format.Format switch
        {
            FileFormat.JsonArray => new ArrayReader(content.Stream, input.Name, format.ArrayOffset, isWrapped: format.ArrayName is not null).Read(),
            FileFormat.JsonObjects => new ObjectsReader(content.Stream, input.Name).Read(),
            FileFormat.Delimited => new DelimitedReader(content.Stream, input.Name, format.Delimiter, fields.IsKnown).Read(),
            FileFormat.Parquet => new ParquetRows(content.Stream, input.Name, fields.IsKnown).Read(),
            FileFormat.Markdown => new MarkdownReader(content.Stream, input.Name).Read(),
            FileFormat.PlainText => new ParagraphReader(content.Stream, input.Name).Read(),
            _ => new LineReader(content.Stream, input.Name, LineReader.EndOf(head)).Read(),
        };
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    private static string Packed(Compression compression) => compression == Compression.None ? "no compression" : compression.Word();

    private RawRow Remark(string kind, string found, string expected, string suggestion, int line = 0, string path = "") =>
        new(line, 0, default, FileProblem.Of(input.Name, kind, found, expected, suggestion, line, path)) { IsRow = false };
}
