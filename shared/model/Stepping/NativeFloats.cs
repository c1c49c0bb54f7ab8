using System.Runtime.InteropServices;

namespace LoraMesh.Model.Stepping;

/// <summary>float32 numbers outside of the collector's reach, all 0 at first, that grow when more are asked for.</summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    // A register of the widest kind is then never cut by a line of the cache.
    private const int Alignment = 64;

    private float* _data;
    private long _count;

    /// <summary>Room for so many numbers; what was there before is lost where it grows.</summary>
    internal float* Reserve(long count)
    {
        if (count > _count)
        {
            NativeMemory.AlignedFree(_data);
            _data = null;
            _data = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), Alignment);
            NativeMemory.Clear(_data, (nuint)count * sizeof(float));
            _count = count;
        }

        return _data;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
        _count = 0;
    }
}
