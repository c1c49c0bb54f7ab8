namespace LoraMesh.DatasetPrep.Building;

/// <summary>Numbers that grow to many and become one array without lying in memory twice for longer than a copy takes.</summary>
internal sealed class TokenBuffer
{
    private int[] _values = [];

    public int Count { get; private set; }

    public void Add(int value)
    {
        if (Count == _values.Length)
        {
            Array.Resize(ref _values, (int)Math.Clamp(2L * Count, 1024, Array.MaxLength));
        }

        _values[Count++] = value;
    }

    /// <summary>The numbers as an array; the buffer is empty afterwards.</summary>
    public int[] Take()
    {
        Array.Resize(ref _values, Count);
        var taken = _values;
        (_values, Count) = ([], 0);
        return taken;
    }
}
