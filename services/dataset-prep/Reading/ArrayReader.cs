using LoraMesh.Contracts;
using LoraMesh.DatasetPrep.Problems;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Splits a JSON array into its elements, one at a time.</summary>
/// <param name="stream">The file from its first byte.</param>
/// <param name="file">Its name.</param>
/// <param name="arrayOffset">Where the array begins.</param>
/// <param name="isWrapped">Whether something may follow the array's end.</param>
internal sealed class ArrayReader(Stream stream, string file, long arrayOffset, bool isWrapped)
{
    private readonly ElementScanner _element = new(file);
    private readonly WrapperScanner _wrapper = new();
    private long _offset = -1;
    private long _line = 1;

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
                if (place == Place.InArray && _element.IsClosed && value is (byte)',' or (byte)']')
                {
                    if (!_element.IsEmpty || value == (byte)',' || afterComma)
                    {
                        yield return !_element.IsEmpty ? _element.Take() : Remark("a comma and no element after it", "an element between two commas, none before the ]", "Remove the comma.", ProblemKind.TrailingComma);
                    }

                    afterComma = value == (byte)',';
                    place = afterComma ? Place.InArray : Place.AfterArray;
                }
                else if (place == Place.InArray)
                {
                    if (_element.IsNextRow(value))
                    {
                        yield return _element.Take();
                    }

                    if (!_element.IsEmpty || !ElementScanner.IsSpace(value))
                    {
                        _element.Add(value, _line, _offset);
                    }
                }
                else if (place == Place.BeforeArray)
                {
                    place = _offset == arrayOffset ? Place.InArray : place;
                }
                else if (isWrapped)
                {
                    if (_wrapper.BeginsArrayOfObjects(value))
                    {
                        yield return Remark("a second array of objects", "one array of rows", "Drop every array as a file of its own, or write the rows one per line.", ProblemKind.SeveralValues);
                        (place, afterComma) = (Place.InArray, false);
                        _element.Add(value, _line, _offset);
                    }
                    else if (_wrapper.HasEnded)
                    {
                        yield break;
                    }
                }
                else if (value == (byte)'[')
                {
                    yield return Remark("a second array", "one array of rows", "Join the arrays, or drop the rows as .jsonl, one object per line.", ProblemKind.SeveralValues);
                    (place, afterComma) = (Place.InArray, false);
                }
                else if (!ElementScanner.IsSpace(value))
                {
                    yield return Remark("text after the array's end", "nothing after the closing ]", "Put all rows into one array, or drop them as .jsonl, one object per line.");
                    yield break;
                }

                _element.Pass(value);
                _line += value == (byte)'\n' ? 1 : 0;
            }
        }

        var ended = _element.IsClosed;
        if (!_element.IsEmpty)
        {
            yield return _element.Take();
        }

        if (place == Place.InArray && ended)
        {
            yield return Remark("the end of the file", "the closing ] of the array", "The file was cut off or written by hand: write it again whole.");
        }
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
