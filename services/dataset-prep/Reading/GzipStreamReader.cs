using System.IO.Hashing;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace LoraMesh.DatasetPrep.Reading;

// The framework's gzip takes a file that was cut off for a whole one; SharpZipLib's own stream keeps back what it could
// unpack before the place of the damage. Here everything before it comes out.

/// <summary>Unpacks gzip (RFC 1952), one member or several.</summary>
/// <param name="packed">The file from its first byte; left open.</param>
internal sealed class GzipStreamReader(Stream packed)
{
    private const byte Magic = 0x1F;
    private const int HeaderBytes = 10;
    private const int TrailerBytes = 8;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Inflater _inflater = new(noHeader: true);
    private readonly Crc32 _check = new();
    private int _start;
    private int _end;
    private uint _length;
    private bool _isInMember;
    private bool _isOver;

    /// <summary>Reads up to as many bytes as fit; 0 at the end.</summary>
    /// <exception cref="EndOfStreamException">The file breaks off.</exception>
    /// <exception cref="InvalidDataException">Its bytes are damaged.</exception>
    public int Read(byte[] buffer, int offset, int count)
    {
        while (!_isOver && count > 0)
        {
            if (!_isInMember && !BeginMember())
            {
                _isOver = true;
                break;
            }

            var read = Inflate(buffer, offset, count);
            if (read > 0)
            {
                _check.Append(buffer.AsSpan(offset, read));
                _length += (uint)read;
                return read;
            }

            if (_inflater.IsFinished)
            {
                EndMember();
            }
            else
            {
                Feed();
            }
        }

        return 0;
    }

    private int Inflate(byte[] buffer, int offset, int count)
    {
        try
        {
            return _inflater.Inflate(buffer, offset, count);
        }
        catch (SharpZipBaseException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    private void Feed()
    {
        if (_start == _end && !Fill())
        {
            throw new EndOfStreamException();
        }

        _inflater.SetInput(_buffer, _start, _end - _start);
        _start = _end;
    }

    private bool BeginMember()
    {
        if (_start == _end && !Fill())
        {
            return false;
        }

        // Blocks of tapes and disks are filled up with zeros.
        while (_buffer[_start] == 0)
        {
            if (++_start == _end && !Fill())
            {
                return false;
            }
        }

        if (_buffer[_start] != Magic)
        {
            throw new InvalidDataException("bytes that are no gzip follow");
        }

        var header = Take(HeaderBytes).ToArray();
        if (header[1] != 0x8B || header[2] != 8)
        {
            throw new InvalidDataException("the header of a part is damaged");
        }

        if ((header[3] & 4) != 0)
        {
            Take(Take(2) is var length ? length[0] | (length[1] << 8) : 0);
        }

        for (var names = (header[3] >> 3 & 1) + (header[3] >> 4 & 1); names > 0; names--)
        {
            while (Take(1)[0] != 0)
            {
            }
        }

        Take((header[3] & 2) != 0 ? 2 : 0);
        _inflater.Reset();
        _check.Reset();
        (_length, _isInMember) = (0, true);
        return true;
    }

    private void EndMember()
    {
        _start = _end - _inflater.RemainingInput;
        var trailer = Take(TrailerBytes);
        var (check, length) = (BitConverter.ToUInt32(trailer), BitConverter.ToUInt32(trailer[4..]));
        _isInMember = false;
        if (check != _check.GetCurrentHashAsUInt32() || length != _length)
        {
            throw new InvalidDataException("the checksum at the end does not fit them");
        }
    }

    // Valid until the next call.
    private ReadOnlySpan<byte> Take(int count)
    {
        while (_end - _start < count)
        {
            if (!Fill())
            {
                throw new EndOfStreamException();
            }
        }

        _start += count;
        return _buffer.AsSpan(_start - count, count);
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        // Extra fields of up to 64 KiB may be longer than what is left of the buffer.
        if (_end == _buffer.Length)
        {
            throw new InvalidDataException("a header that is too long");
        }

        var read = packed.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
