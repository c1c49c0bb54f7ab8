namespace LoraMesh.Formats.Gguf;

/// <summary>Where one tensor lies in a GGUF file.</summary>
/// <param name="Name">Name in the header.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Shape">Sizes, outermost first (the file has them innermost first).</param>
/// <param name="Offset">First byte, counted from the start of the tensor data.</param>
/// <param name="Length">Bytes.</param>
public sealed record GgufTensor(string Name, GgufTensorType Type, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>Numbers in a row, the innermost size.</summary>
    public long RowLength => Shape[^1];

    /// <summary>Number of rows.</summary>
    public long Rows => Shape.Take(Shape.Count - 1).Aggregate(1L, (product, size) => product * size);
}
