namespace LoraMesh.DatasetPrep.Reading;

// Only brackets and strings are looked at: enough to find where a value ends without holding the file. Whether it is JSON
// is for the row parser to say. A quote or a bracket too many or too few would take all later rows along; what can only
// be the beginning of a row, an object on a line of its own where none may stand, therefore ends the value.

/// <summary>Gathers the bytes of one JSON value after the other from a file in which they stand over several lines.</summary>
/// <param name="file">The file's name.</param>
internal sealed class ElementScanner(string file)
{
    private readonly ElementBuffer _element = new();
    private readonly Stack<byte> _open = new();
    private long _startLine;
    private long _startOffset;
    private long _indent;
    private long _column;
    private bool _inString;
    private bool _escaped;
    private bool _isLineStart;
    private bool _isOverLine;
    private byte _last;

    /// <summary>Whether no byte of a value is gathered.</summary>
    public bool IsEmpty => _element.Length == 0;

    /// <summary>Whether what is gathered may end here: no bracket and no string is open.</summary>
    public bool IsClosed => _open.Count == 0 && !_inString;

    /// <summary>Whether the byte can only begin the next row.</summary>
    public bool IsNextRow(byte value)
    {
        if (value != (byte)'{' || !_isLineStart || IsEmpty || _column > _indent)
        {
            return false;
        }

        if (_inString)
        {
            return _isOverLine;
        }

        return _open.TryPeek(out var inner) ? inner == (byte)'{' && _last != (byte)':' : _last is not ((byte)'}' or (byte)']');
    }

    /// <summary>Adds a byte.</summary>
    /// <param name="value">The byte; no white space where nothing is gathered yet.</param>
    /// <param name="line">Its 1-based line.</param>
    /// <param name="offset">Its place in the file.</param>
    public void Add(byte value, long line, long offset)
    {
        if (IsEmpty)
        {
            (_startLine, _startOffset, _indent) = (line, offset, _column);
        }

        _element.Add(value);
        if (_inString)
        {
            _isOverLine |= value == (byte)'\n';
            _inString = _escaped || value != (byte)'"';
            _escaped = !_escaped && value == (byte)'\\';
            return;
        }

        _inString = value == (byte)'"';
        _last = IsSpace(value) ? _last : value;
        if (value is (byte)'{' or (byte)'[')
        {
            _open.Push(value);
        }
        else if (value is (byte)'}' or (byte)']' && _open.Count > 0)
        {
            _open.Pop();
        }
    }

    /// <summary>Goes on to the next byte; to be told of every byte of the file.</summary>
    public void Pass(byte value)
    {
        _isLineStart = value == (byte)'\n' || (_isLineStart && IsSpace(value));
        _column = value == (byte)'\n' ? 0 : _column + 1;
    }

    /// <summary>The value as a row; nothing is gathered afterwards. Its memory is reused for the next.</summary>
    public RawRow Take()
    {
        var line = (int)Math.Min(_startLine, int.MaxValue);
        var length = _element.Length;
        var text = _element.Take();
        _open.Clear();
        (_inString, _escaped, _isOverLine, _last) = (false, false, false, 0);
        return length > RawRow.MaxBytes
            ? LineReader.TooLong(file, line, _startOffset, text[..RawRow.HeadBytes].ToArray(), length)
            : new RawRow(line, _startOffset, text);
    }

    /// <summary>Whether a byte is white space to JSON.</summary>
    public static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
