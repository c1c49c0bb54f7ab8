using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Splits a stream into lines that end with LF or CRLF; blank lines are passed over. Holds one line at a time.</summary>
/// <param name="stream">The file from its first byte.</param>
/// <param name="file">Its name.</param>
/// <param name="lineEnd">What ends a line, as <see cref="EndOf"/> finds it.</param>
internal sealed class LineReader(Stream stream, string file, byte lineEnd = (byte)'\n')
{
    private const int ChunkBytes = 64 * 1024;

    private byte[] _buffer = new byte[ChunkBytes];
    private int _start;
    private int _end;
    private long _startOffset;
    private bool _isLast;
    private bool? _endsWithReturn;
    private bool _isMixed;

    /// <summary>What ends the lines of a file that begins so: a line feed, or of old files a carriage return.</summary>
    public static byte EndOf(ReadOnlySpan<byte> head) => head.Contains((byte)'\n') || !head.Contains((byte)'\r') ? (byte)'\n' : (byte)'\r';

    /// <summary>The lines in order; the memory of one is reused for the next.</summary>
    public IEnumerable<RawRow> Read()
    {
        var lineNumber = 0L;
        while (FindLine(out var length, out var complete))
        {
            lineNumber++;
            var line = (int)Math.Min(lineNumber, int.MaxValue);
            if (length > RawRow.MaxBytes)
            {
                var (head, offset) = (_buffer.AsSpan(_start, RawRow.HeadBytes).ToArray(), _startOffset);
                yield return TooLong(file, line, offset, head, complete ? length : SkipToLineEnd(length));
            }
            else if (!IsBlank(_buffer.AsSpan(_start, length)))
            {
                if (MixedEnd(length, line) is { } mixed)
                {
                    yield return mixed;
                }

                yield return new RawRow(line, _startOffset, WithoutCarriageReturn(_buffer.AsMemory(_start, length))) { IsUnended = _isLast };
            }

            // SkipToLineEnd has already moved past what it skipped.
            if (complete || length <= RawRow.MaxBytes)
            {
                Consume(Math.Min(length + 1, _end - _start));
            }
        }
    }

    // Told once; the rows are read all the same.
    private RawRow? MixedEnd(int length, int line)
    {
        if (_isMixed || _isLast || lineEnd != (byte)'\n')
        {
            return null;
        }

        var endsWithReturn = _buffer[_start + length - 1] == (byte)'\r';
        _endsWithReturn ??= endsWithReturn;
        _isMixed = endsWithReturn != _endsWithReturn;
        return !_isMixed ? null : new RawRow(line, _startOffset, default, FileProblem.Of(
            file,
            ProblemKind.MixedLineEnds,
            endsWithReturn ? "CRLF" : "LF",
            endsWithReturn ? "LF, as the lines before" : "CRLF, as the lines before",
            "Check whether files were joined, or lines edited by hand; write all lines with LF.",
            line)) { IsRow = false };
    }

    internal static RawRow TooLong(string file, int line, long offset, ReadOnlyMemory<byte> head, long bytes) =>
        new(line, offset, head, new DataProblem
        {
            File = file,
            Line = line,
            Path = string.Empty,
            Kind = ProblemKind.LineTooLong,
            Found = $"{Shown.Number(bytes)} bytes",
            Expected = $"at most {Shown.Number(RawRow.MaxBytes)} bytes a row",
            Suggestion = "Split the row, or check whether line ends are missing between rows.",
        });

    internal static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static ReadOnlyMemory<byte> WithoutCarriageReturn(ReadOnlyMemory<byte> line) =>
        line.Length > 0 && line.Span[^1] == (byte)'\r' ? line[..^1] : line;

    // A line is complete when its end, or the file's, was seen; otherwise it is longer than the limit and goes on.
    private bool FindLine(out int length, out bool complete)
    {
        var scanned = 0;
        while (true)
        {
            var end = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf(lineEnd);
            if (end >= 0)
            {
                length = scanned + end;
                complete = true;
                return true;
            }

            scanned = _end - _start;
            if (scanned > RawRow.MaxBytes)
            {
                length = scanned;
                complete = false;
                return true;
            }

            if (!Fill())
            {
                length = scanned;
                complete = true;
                _isLast = true;
                return scanned > 0;
            }
        }
    }

    private long SkipToLineEnd(int alreadySeen)
    {
        long total = alreadySeen;
        Consume(alreadySeen);
        while (_end > _start || Fill())
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf(lineEnd);
            var skipped = end < 0 ? _end - _start : end;
            total += skipped;
            Consume(end < 0 ? skipped : skipped + 1);
            if (end >= 0)
            {
                break;
            }
        }

        return total;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, RawRow.MaxBytes + ChunkBytes));
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }

    private void Consume(int bytes)
    {
        _start += bytes;
        _startOffset += bytes;
    }
}
