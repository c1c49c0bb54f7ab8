using System.Buffers;
using System.Text;
using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Reading;

// Read here and not by a library, since a stray quote must be told with its line and must not cost the rows after it:
// where a record cannot be read, only its first line is passed over.

/// <summary>Reads a file of columns with a header; every record becomes a JSON object of strings. Holds one record at a time.</summary>
/// <param name="stream">The file from its first byte.</param>
/// <param name="file">Its name.</param>
/// <param name="delimiter">What keeps columns apart.</param>
/// <param name="isKnown">Whether a column's name means something.</param>
internal sealed class DelimitedReader(Stream stream, string file, byte delimiter, Func<string, bool> isKnown)
{
    private readonly DelimitedRecord _record = new(delimiter);
    private readonly ArrayBufferWriter<byte> _row = new(1024);
    private byte[] _buffer = new byte[InputContent.HeadBytes];
    private int _start;
    private int _end;
    private bool _isEnd;
    private long _line = 1;

    private int Line => (int)Math.Min(_line, int.MaxValue);

    private ReadOnlySpan<byte> Text => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The rows in order; the memory of one is reused for the next.</summary>
    public IEnumerable<RawRow> Read()
    {
        Fill();
        _start += ByteOrderMark.Length(Text);
        // Excel writes into the first line by what columns are kept apart.
        Consume(DelimiterSniffer.HintLength(Text));
        string[]? header = null;
        while (SkipBlankLines())
        {
            var line = Line;
            var end = ReadRecord();
            if (end == RecordEnd.Whole && header is null)
            {
                header = Header();
                Consume(_record.Length);
                if (HeaderProblem(header, line) is { } problem)
                {
                    yield return new RawRow(line, -1, default, problem) { IsRow = false };
                    yield break;
                }
            }
            else if (end == RecordEnd.Whole && IsHeader(header!))
            {
                var head = Text[.._record.Length].ToArray();
                yield return new RawRow(line, -1, head, FileProblem.Of(
                    file, ProblemKind.RepeatedHeader, "the header once more", "a row", "Files were joined with their headers: remove all but the first.", line, header![0]));
                Consume(_record.Length);
            }
            else if (end == RecordEnd.Whole && _record.Count == header!.Length)
            {
                yield return new RawRow(line, -1, Json(header)) { Places = FieldPlaces.Columns };
                Consume(_record.Length);
            }
            else
            {
                var length = end == RecordEnd.Whole ? _record.Length : LineLength();
                var head = Text[..Math.Min(length, RawRow.HeadBytes)].ToArray();
                yield return new RawRow(line, -1, head, Problem(end, line, header));
                Consume(length);
            }
        }
    }

    private string[] Header() => [.. Enumerable.Range(0, _record.Count).Select(field => Encoding.UTF8.GetString(_record.Raw(Text, field)).Replace("\"\"", "\"", StringComparison.Ordinal).Trim())];

    private bool IsHeader(string[] header)
    {
        if (_record.Count != header.Length)
        {
            return false;
        }

        for (var field = 0; field < header.Length; field++)
        {
            if (_record.Raw(Text, field).Length < header[field].Length || Encoding.UTF8.GetString(_record.Raw(Text, field)).Trim() != header[field])
            {
                return false;
            }
        }

        return true;
    }

    private DataProblem? HeaderProblem(string[] header, int line)
    {
        if (header.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return FileProblem.Of(file, ProblemKind.DuplicateColumn, $"{twice.Count()} columns \"{twice.Key}\"", "each column once", "Rename or remove all but the one that is meant.", line, twice.Key);
        }

        return Array.Exists(header, name => isKnown(name)) ? null : FileProblem.UnknownColumns(file, header, line);
    }

    private DataProblem Problem(RecordEnd end, int line, string[]? header) => end switch
    {
        RecordEnd.Whole => FileProblem.Of(
            file,
            ProblemKind.WrongColumnCount,
            $"{_record.Count} columns",
            $"{header!.Length} columns: {Shown.Text(string.Join(", ", header))}",
            "Put fields that contain the delimiter or a line break into double quotes.",
            line,
            _record.Count < header.Length ? header[_record.Count] : string.Empty),
        RecordEnd.TextAfterQuote when _record.Position < LineLength() => FileProblem.Of(
            file,
            ProblemKind.StrayQuote,
            Encoding.UTF8.GetString(Text[Math.Max(0, _record.Position - 20)..Math.Min(Text.Length, _record.Position + 20)]),
            "a quoted field to end at its closing quote",
            "Write a quote inside a quoted field twice: \"\".",
            line,
            Column(header)),
        RecordEnd.MoreNeeded => FileProblem.Of(
            file, ProblemKind.LineTooLong, $"more than {Shown.Number(RawRow.MaxBytes)} bytes", $"at most {Shown.Number(RawRow.MaxBytes)} bytes a row", "Split the row, or check whether a quote is never closed.", line, Column(header)),
        _ => FileProblem.Of(
            file,
            ProblemKind.UnbalancedQuotes,
            Encoding.UTF8.GetString(Text[..Math.Min(Text.Length, Shown.MaxChars)]),
            "every quote that opens a field to be closed",
            "Close the quote on this line; the lines after it are read as rows of their own.",
            line,
            Column(header)),
    };

    private string Column(string[]? header) => header is not null && _record.Count < header.Length ? header[_record.Count] : string.Empty;

    private ReadOnlyMemory<byte> Json(string[] header)
    {
        _row.ResetWrittenCount();
        for (var field = 0; field < header.Length; field++)
        {
            _row.Write(field == 0 ? "{"u8 : ","u8);
            JsonText.WriteString(_row, Encoding.UTF8.GetBytes(header[field]));
            _row.Write(":"u8);
            _record.WriteJson(_row, Text, field);
        }

        _row.Write("}"u8);
        return _row.WrittenMemory;
    }

    private RecordEnd ReadRecord()
    {
        RecordEnd end;
        while ((end = _record.Read(Text, _isEnd)) == RecordEnd.MoreNeeded && _end - _start <= RawRow.MaxBytes)
        {
            Fill();
        }

        return end;
    }

    // The first line of what could not be read, its end included; where there is none in sight, all that is.
    private int LineLength() => Text.IndexOf((byte)'\n') is var end and >= 0 ? end + 1 : Text.Length;

    private bool SkipBlankLines()
    {
        while (true)
        {
            var blank = Text.IndexOfAnyExcept((byte)'\r', (byte)'\n');
            Consume(blank < 0 ? Text.Length : blank);
            if (blank >= 0 || _isEnd)
            {
                return blank >= 0;
            }

            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _isEnd = read == 0;
    }

    private void Consume(int bytes)
    {
        var consumed = _buffer.AsSpan(_start, bytes);
        var lines = consumed.Count((byte)'\n');
        // Lines may also end with a carriage return alone.
        lines += consumed.Contains((byte)'\r') ? consumed.Count((byte)'\r') - consumed.Count("\r\n"u8) : 0;
        _line += lines;
        _start += bytes;
    }
}
