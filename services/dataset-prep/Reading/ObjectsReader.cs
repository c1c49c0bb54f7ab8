namespace LoraMesh.DatasetPrep.Reading;

// Only brackets and strings are looked at, as in ArrayReader.

/// <summary>Splits a text into the JSON objects that stand in it one after the other, whatever line ends are inside them.</summary>
internal sealed class ObjectsReader(Stream stream, string file)
{
    /// <summary>The objects in order; the memory of one is reused for the next.</summary>
    public IEnumerable<RawRow> Read()
    {
        var element = new ElementBuffer();
        var chunk = new byte[InputContent.HeadBytes];
        var (line, startLine, offset, startOffset) = (1L, 1L, -1L, 0L);
        var (depth, inString, escaped) = (0, false, false);
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                var value = chunk[i];
                offset++;
                if (element.Length == 0 && value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',')
                {
                    line += value == (byte)'\n' ? 1 : 0;
                    continue;
                }

                (startLine, startOffset) = element.Length == 0 ? (line, offset) : (startLine, startOffset);
                element.Add(value);
                line += value == (byte)'\n' ? 1 : 0;
                if (inString)
                {
                    inString = escaped || value != (byte)'"';
                    escaped = !escaped && value == (byte)'\\';
                    continue;
                }

                inString = value == (byte)'"';
                depth += value is (byte)'{' or (byte)'[' ? 1 : value is (byte)'}' or (byte)']' ? -1 : 0;
                if (depth <= 0 && value is (byte)'}' or (byte)']')
                {
                    yield return Take(element, startLine, startOffset);
                    depth = 0;
                }
            }
        }

        if (element.Length > 0)
        {
            yield return Take(element, startLine, startOffset);
        }
    }

    private RawRow Take(ElementBuffer element, long line, long offset)
    {
        var at = (int)Math.Min(line, int.MaxValue);
        var length = element.Length;
        var text = element.Take();
        return length > RawRow.MaxBytes ? LineReader.TooLong(file, at, offset, text[..RawRow.HeadBytes].ToArray(), length) : new RawRow(at, offset, text);
    }
}
