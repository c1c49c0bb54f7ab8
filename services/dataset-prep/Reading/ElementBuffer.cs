namespace LoraMesh.DatasetPrep.Reading;

/// <summary>Gathers bytes up to the row limit and goes on counting beyond it.</summary>
internal sealed class ElementBuffer
{
    private byte[] _bytes = new byte[4 * 1024];

    /// <summary>Bytes added since the last <see cref="Take"/>.</summary>
    public long Length { get; private set; }

    public void Add(byte value)
    {
        if (Length < RawRow.MaxBytes)
        {
            if (Length == _bytes.Length)
            {
                Array.Resize(ref _bytes, Math.Min(_bytes.Length * 2, RawRow.MaxBytes));
            }

            _bytes[Length] = value;
        }

        Length++;
    }

    /// <summary>What was gathered, valid until the next byte is added; starts anew.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var taken = _bytes.AsMemory(0, (int)Math.Min(Length, RawRow.MaxBytes));
        Length = 0;
        return taken;
    }
}
