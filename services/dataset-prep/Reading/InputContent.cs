using System.Text;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>A file's content, unpacked and in UTF-8, from its first byte.</summary>
internal sealed class InputContent : IDisposable
{
    /// <summary>So many bytes are looked at to find out what a file is.</summary>
    public const int HeadBytes = 64 * 1024;

    private readonly FileStream _file;

    private InputContent(FileStream file, Stream stream, Compression compression, Encoding? encoding)
    {
        _file = file;
        (Stream, Compression, Encoding) = (stream, compression, encoding);
    }

    /// <summary>The content; not UTF-8 where <see cref="Encoding"/> is null and the bytes are something else.</summary>
    public Stream Stream { get; }

    /// <summary>How the file is compressed.</summary>
    public Compression Compression { get; }

    /// <summary>What the text was written in; null for UTF-8 or unknown.</summary>
    public Encoding? Encoding { get; }

    /// <summary>How many bytes of the file on disk are read.</summary>
    public long Position => _file.Position;

    /// <summary>Opens a file.</summary>
    /// <param name="input">The file.</param>
    /// <param name="maxBytes">Most bytes that it may hold once unpacked.</param>
    /// <exception cref="UnreadableInputException">It is compressed, and damaged at its beginning.</exception>
    public static InputContent Open(PrepInput input, long maxBytes)
    {
        Compression compression;
        Encoding? encoding;
        using (var looked = OpenFile(input))
        {
            compression = Compressions.Of(Peek(looked, 8));
            looked.Position = 0;
            encoding = TextEncoding.Of(Peek(Unpacked(looked, compression, maxBytes), HeadBytes));
        }

        var file = OpenFile(input);
        var stream = Unpacked(file, compression, maxBytes);
        if (encoding is not null)
        {
            stream.ReadExactly(new byte[encoding.Preamble.Length]);
            stream = Encoding.CreateTranscodingStream(stream, encoding, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        return new InputContent(file, stream, compression, encoding);
    }

    /// <summary>The first bytes, which are then read.</summary>
    public byte[] Head() => Peek(Stream, HeadBytes);

    public void Dispose()
    {
        Stream.Dispose();
        _file.Dispose();
    }

    private static FileStream OpenFile(PrepInput input) =>
        new(input.Path, FileMode.Open, FileAccess.Read, FileShare.Read, HeadBytes, FileOptions.SequentialScan);

    private static Stream Unpacked(FileStream file, Compression compression, long maxBytes) =>
        compression == Compression.None ? file : new UnpackedStream(file, compression, maxBytes);

    // Where the content is damaged further on, what comes before the place is read all the same.
    private static byte[] Peek(Stream stream, int bytes)
    {
        var head = new byte[bytes];
        var length = 0;
        try
        {
            int read;
            while (length < bytes && (read = stream.Read(head, length, bytes - length)) > 0)
            {
                length += read;
            }
        }
        catch (UnreadableInputException) when (length > 0)
        {
        }

        return head[..length];
    }
}
