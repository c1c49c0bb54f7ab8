using System.Buffers.Binary;

namespace LoraMesh.Formats.Gguf;

/// <summary>
/// The q8_0 type: 32 numbers as a 16-bit scale d and 32 signed bytes q, x ≈ d·q, with d = max|x| / 127. Rounding is away
/// from zero at halves and the scale is rounded to 16 bits only after the bytes were computed, as ggml's reference
/// quantiser has it, so that the bytes are the same.
/// </summary>
public static class Q8Block
{
    /// <summary>Numbers in a block.</summary>
    public const int Length = 32;

    /// <summary>Bytes of a block.</summary>
    public const int Bytes = 2 + Length;

    /// <summary>Quantises whole blocks.</summary>
    /// <exception cref="ArgumentException">The row is no multiple of 32, or a number is too large for a 16-bit scale.</exception>
    public static void Quantize(ReadOnlySpan<float> source, Span<byte> destination)
    {
        if (source.Length % Length != 0 || destination.Length != source.Length / Length * Bytes)
        {
            throw new ArgumentException($"{source.Length} numbers do not fill {destination.Length} bytes of q8_0 blocks.");
        }

        for (var block = 0; block < source.Length / Length; block++)
        {
            var numbers = source.Slice(block * Length, Length);
            var largest = 0f;
            foreach (var number in numbers)
            {
                largest = Math.Max(largest, Math.Abs(number));
            }

            var scale = largest / 127;
            var half = (Half)scale;
            if (!Half.IsFinite(half))
            {
                throw new ArgumentException($"A number of size {largest} does not fit q8_0, whose scales end at {Half.MaxValue}.");
            }

            var inverse = scale == 0 ? 0 : 1 / scale;
            var target = destination.Slice(block * Bytes, Bytes);
            BinaryPrimitives.WriteHalfLittleEndian(target, half);
            for (var i = 0; i < Length; i++)
            {
                target[2 + i] = (byte)(sbyte)MathF.Round(numbers[i] * inverse, MidpointRounding.AwayFromZero);
            }
        }
    }

    /// <summary>The numbers of whole blocks.</summary>
    public static void Dequantize(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var block = source.Slice(i / Length * Bytes, Bytes);
            destination[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(block) * (sbyte)block[2 + (i % Length)];
        }
    }
}
