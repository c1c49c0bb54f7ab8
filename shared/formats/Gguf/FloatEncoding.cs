using System.Buffers.Binary;

namespace LoraMesh.Formats.Gguf;

/// <summary>Float32 to and from the stored types; rounding is to nearest, halves to even, as the reference converter's.</summary>
public static class FloatEncoding
{
    /// <summary>Stores one row.</summary>
    /// <exception cref="ArgumentException">A number does not fit the type.</exception>
    public static void Encode(GgufTensorType type, ReadOnlySpan<float> source, Span<byte> destination)
    {
        switch (type)
        {
            case GgufTensorType.Q80:
                Q8Block.Quantize(source, destination);
                return;
            case GgufTensorType.F16:
                for (var i = 0; i < source.Length; i++)
                {
                    BinaryPrimitives.WriteHalfLittleEndian(destination[(2 * i)..], ToHalf(source[i]));
                }

                return;
            case GgufTensorType.BF16:
                for (var i = 0; i < source.Length; i++)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(destination[(2 * i)..], ToBFloat16(source[i]));
                }

                return;
            default:
                for (var i = 0; i < source.Length; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(destination[(4 * i)..], source[i]);
                }

                return;
        }
    }

    /// <summary>Reads one row.</summary>
    public static void Decode(GgufTensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (type == GgufTensorType.Q80)
        {
            Q8Block.Dequantize(source, destination);
            return;
        }

        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = type switch
            {
                GgufTensorType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(source[(2 * i)..]),
                GgufTensorType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]) << 16),
                _ => BinaryPrimitives.ReadSingleLittleEndian(source[(4 * i)..]),
            };
        }
    }

    private static Half ToHalf(float value)
    {
        var half = (Half)value;
        return Half.IsInfinity(half) && float.IsFinite(value)
            ? throw new ArgumentException($"The number {value} does not fit f16, which ends at {Half.MaxValue}; bf16 and f32 hold it.")
            : half;
    }

    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
