namespace LoraMesh.Formats.Gguf;

/// <summary>How the numbers of a GGUF tensor are stored; values as the format has them. Other types are refused.</summary>
public enum GgufTensorType
{
    /// <summary>32-bit floats.</summary>
    F32 = 0,

    /// <summary>16-bit floats.</summary>
    F16 = 1,

    /// <summary>Blocks of 32 numbers: one 16-bit scale and 32 signed bytes.</summary>
    Q80 = 8,

    /// <summary>The upper half of 32-bit floats.</summary>
    BF16 = 30,
}

/// <summary>Sizes of the types.</summary>
public static class GgufTensorTypes
{
    /// <summary>Numbers that are stored together; rows are whole multiples.</summary>
    public static int BlockLength(this GgufTensorType type) => type == GgufTensorType.Q80 ? Q8Block.Length : 1;

    /// <summary>Bytes of a row of <paramref name="count"/> numbers.</summary>
    /// <exception cref="OverflowException">More than an Int64 holds.</exception>
    public static long RowBytes(this GgufTensorType type, long count) => type switch
    {
        GgufTensorType.F32 => checked(count * 4),
        GgufTensorType.F16 or GgufTensorType.BF16 => checked(count * 2),
        _ => checked(count / Q8Block.Length * Q8Block.Bytes),
    };
}
