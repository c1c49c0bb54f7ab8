namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Reads Markdown: every heading begins a row, which reaches to the next heading. Headings inside fenced code do not count.</summary>
internal sealed class MarkdownReader(Stream stream, string file)
{
    // A section of more than this is divided at its next blank line.
    private const int EnoughBytes = 256 * 1024;

    /// <summary>The rows in order; the memory of one is reused for the next.</summary>
    public IEnumerable<RawRow> Read()
    {
        var text = new TextRow();
        var isCode = false;
        foreach (var line in new LineReader(stream, file).Read())
        {
            if (!line.IsRow)
            {
                yield return line;
                continue;
            }

            isCode ^= IsFence(line.Text.Span);
            var ends = (!isCode && IsHeading(line.Text.Span)) || (text.Bytes > EnoughBytes && line.Line > text.NextLine) || text.Bytes > 4 * EnoughBytes;
            if ((line.Problem is not null || ends) && text.Take() is { } row)
            {
                yield return row;
            }

            if (line.Problem is not null)
            {
                yield return line;
            }
            else
            {
                text.Add(line);
            }
        }

        if (text.Take() is { } last)
        {
            yield return last;
        }
    }

    /// <summary>Whether a line is a heading: one to six number signs and a space.</summary>
    public static bool IsHeading(ReadOnlySpan<byte> line)
    {
        var signs = line.IndexOfAnyExcept((byte)'#');
        return signs is >= 1 and <= 6 && line[signs] == (byte)' ';
    }

    private static bool IsFence(ReadOnlySpan<byte> line)
    {
        var start = line.TrimStart((byte)' ');
        return start.StartsWith("```"u8) || start.StartsWith("~~~"u8);
    }
}
