namespace LoraMesh.Formats;

/// <summary>The lines of a stream as bytes, so that one with broken UTF-8 spoils no other. Lines end with LF or CRLF; blank ones are passed over.</summary>
public static class ByteLines
{
    /// <summary>Longest line that is read where nothing else is said.</summary>
    public const int MaxBytes = 64 << 20;

    private const int ChunkBytes = 64 << 10;

    /// <summary>The lines in order, numbered from 1. The bytes are valid until the next line.</summary>
    /// <param name="stream">Where they are read from.</param>
    /// <param name="maxBytes">Longest line that is read; a longer one comes as null.</param>
    public static IEnumerable<(int Number, ReadOnlyMemory<byte>? Line)> Read(Stream stream, long maxBytes = MaxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var chunk = new byte[ChunkBytes];
        using var line = new MemoryStream();
        var (number, tooLong) = (1, false);
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            for (var start = 0; start < read;)
            {
                var length = chunk.AsSpan(start, read - start).IndexOf((byte)'\n');
                var ends = length >= 0;
                length = ends ? length : read - start;
                tooLong |= line.Length + length > maxBytes;
                line.Write(chunk, start, tooLong ? 0 : length);
                start += length + (ends ? 1 : 0);
                if (!ends)
                {
                    continue;
                }

                if (tooLong || !IsBlank(line))
                {
                    yield return (number, Whole());
                }

                line.SetLength(0);
                (number, tooLong) = (number + 1, false);
            }
        }

        if (tooLong || !IsBlank(line))
        {
            yield return (number, Whole());
        }

        // Of the type of the result: a bare null would be an array, and as such an empty line.
        ReadOnlyMemory<byte>? Whole() => tooLong ? default(ReadOnlyMemory<byte>?) : Bytes(line);
    }

    private static bool IsBlank(MemoryStream line) => Bytes(line).Span.IndexOfAnyExcept(" \t\r"u8) < 0;

    private static ReadOnlyMemory<byte> Bytes(MemoryStream line) => line.GetBuffer().AsMemory(0, (int)line.Length);
}
