namespace LoraMesh.Model.Quantization;

/// <summary>
/// NormalFloat of 4 bits: quantiles of a normal distribution between -1 and 1, with a zero (Dettmers et al., 2023, arXiv 2305.14314,
/// appendix E, which prints these numbers).
/// </summary>
internal static class NormalFloat
{
    /// <summary>The sixteen values, ascending.</summary>
    internal static readonly float[] Values =
    [
        -1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f, -0.09105003625154495f, 0.0f,
        0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1.0f,
    ];

    // Between two neighbours, above which the upper one is nearer.
    private static readonly float[] Borders = [.. Values.Zip(Values.Skip(1), (low, high) => (low + high) / 2)];

    /// <summary>Index of the value nearest to a number.</summary>
    internal static int Nearest(float number)
    {
        var low = 0;
        for (var half = 8; half > 0; half /= 2)
        {
            low += number > Borders[low + half - 1] ? half : 0;
        }

        return low;
    }
}
