namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Splits a text into the JSON objects that stand in it one after the other, whatever line ends are inside them.</summary>
internal sealed class ObjectsReader(Stream stream, string file)
{
    /// <summary>The objects in order; the memory of one is reused for the next.</summary>
    public IEnumerable<RawRow> Read()
    {
        var element = new ElementScanner(file);
        var chunk = new byte[InputContent.HeadBytes];
        var (line, offset) = (1L, -1L);
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                var value = chunk[i];
                offset++;
                if (element.IsNextRow(value))
                {
                    yield return element.Take();
                }

                if (!element.IsEmpty || !(ElementScanner.IsSpace(value) || value == (byte)','))
                {
                    element.Add(value, line, offset);
                    if (element.IsClosed && value is (byte)'}' or (byte)']')
                    {
                        yield return element.Take();
                    }
                }

                element.Pass(value);
                line += value == (byte)'\n' ? 1 : 0;
            }
        }

        if (!element.IsEmpty)
        {
            yield return element.Take();
        }
    }
}
