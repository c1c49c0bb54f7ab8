using System.Runtime.InteropServices;

namespace LoraMesh.Model;

/// <summary>
/// Keys and values of some neighbouring tokens in every layer, apart from the sequence that they were computed for: another that begins
/// with the same tokens under the same adapter can take them over. Dispose it to give the memory back.
/// </summary>
public sealed unsafe class CachedBlock : IDisposable
{
    private float* _data;

    internal CachedBlock(int tokens, long numbers)
    {
        Tokens = tokens;
        Bytes = numbers * sizeof(float);
        _data = (float*)NativeMemory.Alloc((nuint)Bytes);
    }

    /// <summary>How many tokens.</summary>
    public int Tokens { get; }

    /// <summary>Memory that it takes.</summary>
    public long Bytes { get; }

    /// <summary>Layer by layer keys, then values; each (tokens, K·D).</summary>
    internal float* Data => _data is null ? throw new ObjectDisposedException(nameof(CachedBlock)) : _data;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_data);
        _data = null;
    }
}
