namespace LoraMesh.Formats;

/// <summary>Where one tensor lies in a safetensors file.</summary>
/// <param name="Name">Name in the header.</param>
/// <param name="Dtype">Type as the format names it: F32, F16, BF16, I64, I32, U8, …</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">Byte after the last one, counted from the end of the header.</param>
public sealed record SafetensorsTensor(string Name, string Dtype, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
