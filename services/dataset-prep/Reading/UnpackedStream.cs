using LoraMesh.DatasetPrep.Problems;
using ZstdSharp;

namespace LoraMesh.DatasetPrep.Reading;

/// <summary>The bytes that a compressed file stands for. Reading throws <see cref="UnreadableInputException"/> where they are damaged or far more than the file promises.</summary>
internal sealed class UnpackedStream : Stream
{
    /// <summary>What real texts stay below; a file of nothing but one byte reaches 1,000 (gzip) or more than 10,000 (zstd).</summary>
    private const long MaxRatio = 250;

    /// <summary>So much is unpacked whatever the ratio is.</summary>
    private const long FreeBytes = 16L * 1024 * 1024;

    private readonly TruncationWatch _packed;
    private readonly GzipStreamReader? _gzip;
    private readonly DecompressionStream? _zstandard;
    private readonly string _compression;
    private readonly long _maxBytes;
    private readonly byte[] _chunk = new byte[InputContent.HeadBytes];
    private long _position;

    public UnpackedStream(Stream packed, Compression compression, long maxBytes)
    {
        (_compression, _maxBytes) = (compression.Word(), maxBytes);
        _packed = new TruncationWatch(packed);
(_gzip, _zstandard) = compression == Compression.Gzip ? (new GzipStreamReader(_packed), null) : (default(GzipStreamReader), new DecompressionStream(_packed, leaveOpen: false));
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = Unpack(buffer);
        _position += read;
        if (_position > _maxBytes || _position > FreeBytes + (MaxRatio * _packed.Taken))
        {
            throw new UnreadableInputException(
                ProblemKind.DecompressionBomb,
                $"{Shown.Number(_position)} bytes unpacked from {Shown.Number(_packed.Taken)} so far",
                $"at most {Shown.Number(_maxBytes)} bytes (prep.max_file_bytes), and no more than {MaxRatio} times what is packed",
                "Check where the file comes from; drop its rows uncompressed if they are meant.");
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _zstandard?.Dispose();
            _packed.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Unpack(Span<byte> buffer)
    {
        try
        {
            if (_gzip is null)
            {
                return _zstandard!.Read(buffer);
            }

            // Inflating knows no spans.
            var read = _gzip.Read(_chunk, 0, Math.Min(_chunk.Length, buffer.Length));
            _chunk.AsSpan(0, read).CopyTo(buffer);
            return read;
        }
        catch (Exception error) when (error is ZstdException or InvalidDataException or EndOfStreamException)
        {
            var cause = error is EndOfStreamException || (error is ZstdException && _packed.IsAtEnd) ? "it breaks off" : error is InvalidDataException && _gzip is not null ? error.Message : "its bytes are damaged";
            throw new UnreadableInputException(
                ProblemKind.DamagedArchive,
                $"{_compression} data of which {Shown.Number(_position)} bytes were unpacked: {cause}",
                "a whole archive",
                "Upload the file again; compare its size with the original's.",
                error);
        }
    }

    /// <summary>Knows how much was taken and whether the end was reached.</summary>
    private sealed class TruncationWatch(Stream inner) : Stream
    {
        public long Taken { get; private set; }

        public bool IsAtEnd { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Taken;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            Taken += read;
            IsAtEnd |= read == 0 && buffer.Length > 0;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
