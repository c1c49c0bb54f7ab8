namespace LoraMesh.Formats.Gguf;

/// <summary>
/// Keys and values of a GGUF file in their order. A value is a byte, sbyte, ushort, short, uint, int, float, bool, string,
/// ulong, long or double, or an array of one of these.
/// </summary>
public sealed class GgufMetadata
{
    private readonly List<string> _keys = [];
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>The keys, in the order of the file.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>The value of a key, or null.</summary>
    public object? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>The text under a key, or null where there is none.</summary>
    public string? Text(string key) => Find(key) as string;

    /// <summary>Adds a value behind the others.</summary>
    /// <exception cref="ArgumentException">The key stands there already, or the type is none of the format's.</exception>
    public void Add(string key, object value)
    {
        _ = GgufValueTypes.Of(value);
        if (!_values.TryAdd(key, value))
        {
            throw new ArgumentException($"Key '{key}' is given twice.");
        }

        _keys.Add(key);
    }
}
