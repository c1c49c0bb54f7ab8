using System.Buffers;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Reads plain text: every run of lines without a blank one between them is a row.</summary>
internal sealed class ParagraphReader(Stream stream, string file)
{
    /// <summary>The rows in order; the memory of one is reused for the next.</summary>
    public IEnumerable<RawRow> Read()
    {
        var text = new TextRow();
        foreach (var line in new LineReader(stream, file).Read())
        {
            if (!line.IsRow)
            {
                yield return line;
                continue;
            }

            if (line.Problem is not null || line.Line != text.NextLine)
            {
                if (text.Take() is { } row)
                {
                    yield return row;
                }
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
}

/// <summary>Gathers lines to a row that is a text.</summary>
internal sealed class TextRow
{
    private readonly ArrayBufferWriter<byte> _json = new(4 * 1024);
    private int _firstLine;

    /// <summary>The line after the last one; 0 where there is none yet.</summary>
    public int NextLine { get; private set; }

    private bool _taken = true;

    /// <summary>Adds a line; between it and the one before stand as many line breaks as in the file.</summary>
    public void Add(RawRow line)
    {
        var text = line.Line == 1 ? line.Text[ByteOrderMark.Length(line.Text.Span)..] : line.Text;
        if (_taken)
        {
            _json.ResetWrittenCount();
            _json.Write("{\"text\":\""u8);
            (_firstLine, _taken) = (line.Line, false);
        }
        else
        {
            for (var missing = line.Line - NextLine; missing >= 0; missing--)
            {
                _json.Write("\\n"u8);
            }
        }

        JsonText.WritePart(_json, text.Span);
        NextLine = line.Line + 1;
    }

    /// <summary>The row, valid until the next line is added; null where no line was.</summary>
    public RawRow? Take()
    {
        NextLine = 0;
        if (_taken)
        {
            return null;
        }

        _taken = true;
        _json.Write("\"}"u8);
        return new RawRow(_firstLine, -1, _json.WrittenMemory) { Places = FieldPlaces.None };
    }

    /// <summary>Bytes gathered so far.</summary>
    public int Bytes => _taken ? 0 : _json.WrittenCount;
}
