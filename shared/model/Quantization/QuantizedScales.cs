namespace LoraMesh.Model.Quantization;

/// <summary>
/// Scales in 8 bits, as QLoRA's double quantisation has them: their mean is taken away, and what is left is rounded in blocks of 256
/// to the dynamic tree type (Dettmers, 2016, arXiv 1511.04561).
/// </summary>
internal sealed class QuantizedScales
{
    private const int BlockSize = 256;

    private static readonly float[] Values = DynamicTree();

    private readonly byte[] _codes;
    private readonly float[] _largest;
    private readonly float _mean;

    internal QuantizedScales(float[] scales)
    {
        _mean = (float)scales.Average(scale => (double)scale);
        _codes = new byte[scales.Length];
        _largest = new float[(scales.Length + BlockSize - 1) / BlockSize];
        for (var i = 0; i < scales.Length; i++)
        {
            _largest[i / BlockSize] = Math.Max(_largest[i / BlockSize], Math.Abs(scales[i] - _mean));
        }

        for (var i = 0; i < scales.Length; i++)
        {
            var largest = _largest[i / BlockSize];
            _codes[i] = Nearest(largest > 0 ? (scales[i] - _mean) / largest : 0);
        }
    }

    internal long Bytes => _codes.Length + (4L * _largest.Length) + 4;

    /// <summary>One scale.</summary>
    internal float Of(long index) => (Values[_codes[index]] * _largest[index / BlockSize]) + _mean;

    private static byte Nearest(float number)
    {
        var place = Array.BinarySearch(Values, number);
        if (place >= 0)
        {
            return (byte)place;
        }

        var above = Math.Clamp(~place, 1, Values.Length - 1);
        return (byte)(number - Values[above - 1] <= Values[above] - number ? above - 1 : above);
    }

    // Of either sign: for each power of ten from 1e-6 to 1, twice as many even steps between a tenth and the whole of it; and 0 and 1.
    private static float[] DynamicTree()
    {
        const int Exponents = 7;
        List<float> values = [0, 1];
        for (var exponent = 0; exponent < Exponents; exponent++)
        {
            var (steps, power) = (1 << exponent, Math.Pow(10, exponent - (Exponents - 1)));
            for (var step = 0; step < steps; step++)
            {
                var middle = (float)(power * (0.1 + (0.9 * (step + 0.5) / steps)));
                values.Add(middle);
                values.Add(-middle);
            }
        }

        return [.. values.Order()];
    }
}
