namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Goes through what follows the array of rows in the object around it, byte by byte, and finds further arrays of objects.</summary>
internal sealed class WrapperScanner
{
    private bool _inText;
    private bool _escaped;
    private bool _mayBegin;
    private int _depth;

    /// <summary>Whether the object was closed.</summary>
    public bool HasEnded => _depth < 0;

    /// <summary>Takes the next byte; true where it opens the first object of an array that is a member of the object around.</summary>
    public bool BeginsArrayOfObjects(byte value)
    {
        if (_inText)
        {
            (_inText, _escaped) = (_escaped || value != (byte)'"', !_escaped && value == (byte)'\\');
            return false;
        }

        if (ElementScanner.IsSpace(value))
        {
            return false;
        }

        var begins = _mayBegin && value == (byte)'{';
        _mayBegin = value == (byte)'[' && _depth == 0;
        _inText = value == (byte)'"';
        _depth += value is (byte)'[' or (byte)'{' ? 1 : value is (byte)']' or (byte)'}' ? -1 : 0;
        // Its elements, and the bracket that closes it, are read by others.
        _depth = begins ? 0 : _depth;
        return begins;
    }
}
