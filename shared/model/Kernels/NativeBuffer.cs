using System.Runtime.InteropServices;

namespace LoraMesh.Model.Kernels;

/// <summary>float32 numbers outside of the collector's reach, for as long as a kernel runs.</summary>
internal readonly unsafe ref struct NativeBuffer(int count)
{
    internal float* Floats { get; } = (float*)NativeMemory.Alloc((nuint)count, sizeof(float));

    public void Dispose() => NativeMemory.Free(Floats);
}
