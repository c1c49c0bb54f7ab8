using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Reading;

// Only brackets, strings and commas are looked at here: enough to find where an element ends without holding the file.
// Whether an element is JSON is for the row parser to say.

/// <summary>Splits a JSON array into its elements, one at a time.</summary>
/// <param name="stream">The file from its first byte.</param>
/// <param name="file">Its name.</param>
/// <param name="arrayOffset">Where the array begins.</param>
/// <param name="isWrapped">Whether something may follow the array's end.</param>
internal sealed class ArrayReader(Stream stream, string file, long arrayOffset, bool isWrapped)
{
    private readonly ElementBuffer _element = new();
    private long _offset = -1;
    private long _line = 1;
    private long _startLine;
    private long _startOffset;
    private int _depth;
    private bool _inString;
    private bool _escaped;

    private enum Place
    {
        BeforeArray,
        InArray,
        AfterArray,
    }

    private int Line => (int)Math.Min(_line, int.MaxValue);

    /// <summary>The elements in order; the memory of one is reused for the next.</summary>
    public IEnumerable<RawRow> Read()
    {
        var place = Place.BeforeArray;
        var afterComma = false;
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                var value = chunk[i];
                _offset++;
                if (place == Place.InArray && _depth == 0 && !_inString && value is (byte)',' or (byte)']')
                {
                    if (_element.Length > 0 || value == (byte)',' || afterComma)
                    {
                        yield return _element.Length > 0 ? TakeElement() : Remark("a comma and no element after it", "an element between two commas, none before the ]", "Remove the comma.", ProblemKind.TrailingComma);
                    }

                    afterComma = value == (byte)',';
                    place = afterComma ? Place.InArray : Place.AfterArray;
                }
                else if (place == Place.InArray)
                {
                    Append(value);
                }
                else if (place == Place.BeforeArray)
                {
                    place = _offset == arrayOffset ? Place.InArray : place;
                }
                else if (isWrapped)
                {
                    yield break;
                }
                else if (!IsSpace(value))
                {
                    yield return Remark("text after the array's end", "nothing after the closing ]", "Put all rows into one array, or drop them as .jsonl, one object per line.");
                    yield break;
                }

                _line += value == (byte)'\n' ? 1 : 0;
            }
        }

        var ended = _depth == 0 && !_inString;
        if (_element.Length > 0)
        {
            yield return TakeElement();
        }

        if (place == Place.InArray && ended)
        {
            yield return Remark("the end of the file", "the closing ] of the array", "The file was cut off or written by hand: write it again whole.");
        }
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private void Append(byte value)
    {
        if (_element.Length == 0)
        {
            if (IsSpace(value))
            {
                return;
            }

            (_startLine, _startOffset) = (_line, _offset);
        }

        _element.Add(value);
        if (_inString)
        {
            _inString = _escaped || value != (byte)'"';
            _escaped = !_escaped && value == (byte)'\\';
            return;
        }

        _inString = value == (byte)'"';
        _depth += value is (byte)'{' or (byte)'[' ? 1 : 0;
        _depth -= value is (byte)'}' or (byte)']' && _depth > 0 ? 1 : 0;
    }

    private RawRow TakeElement()
    {
        var (startLine, offset) = ((int)Math.Min(_startLine, int.MaxValue), _startOffset);
        var length = _element.Length;
        var text = _element.Take();
        (_depth, _inString, _escaped) = (0, false, false);
        return length > RawRow.MaxBytes
            ? LineReader.TooLong(file, startLine, offset, text[..RawRow.HeadBytes].ToArray(), length)
            : new RawRow(startLine, offset, text);
    }

    private RawRow Remark(string found, string expected, string suggestion, string kind = ProblemKind.NotJson) => new(Line, Math.Max(_offset, 0), default, new DataProblem
    {
        File = file,
        Line = Line,
        Path = string.Empty,
        Kind = kind,
        Found = found,
        Expected = expected,
        Suggestion = suggestion,
    })
    {
        IsRow = false,
    };
}
