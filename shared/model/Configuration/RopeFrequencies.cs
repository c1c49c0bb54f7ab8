namespace LoraMesh.Model;

/// <summary>
/// Angles per position of each rotary scaling. transformers (modeling_rope_utils.py, 5.12) computes them in float32 and in
/// this order of operations; the rounding is part of what a model was trained with.
/// </summary>
internal static class RopeFrequencies
{
    internal static float[] Compute(RopeConfig rope, int length)
    {
        var turns = Wavelengths(rope.RotaryDim, rope.Type == "dynamic" ? DynamicTheta(rope, length) : (float)rope.Theta);
        return rope.Type switch
        {
            "linear" => [.. turns.Select(turn => 1 / turn / (float)rope.Factor)],
            "llama3" => [.. turns.Select(turn => ScaleLlama3(rope, 1 / turn))],
            "yarn" => ScaleYarn(rope, turns),
            "longrope" => [.. turns.Select((turn, i) => 1 / ((float)(rope.Variant(length) == 0 ? rope.ShortFactor : rope.LongFactor)[i] * turn))],
            _ => [.. turns.Select(turn => 1 / turn)],
        };
    }

    // theta^(2i/D): the wavelength over 2π.
    private static float[] Wavelengths(int width, float theta) =>
        [.. Enumerable.Range(0, width / 2).Select(i => MathF.Pow(theta, 2 * i / (float)width))];

    // NTK-aware scaling by the sequence's own length.
    private static float DynamicTheta(RopeConfig rope, int length)
    {
        var context = rope.OriginalMaxPositionEmbeddings;
        var stretch = (rope.Factor * Math.Max(length, context) / context) - (rope.Factor - 1);
        return (float)(rope.Theta * Math.Pow(stretch, rope.RotaryDim / (rope.RotaryDim - 2.0)));
    }

    private static float ScaleLlama3(RopeConfig rope, float frequency)
    {
        float context = rope.OriginalMaxPositionEmbeddings, factor = (float)rope.Factor;
        var wavelength = (float)(2 * Math.PI) / frequency;
        if (wavelength < (float)(rope.OriginalMaxPositionEmbeddings / rope.HighFreqFactor))
        {
            return frequency;
        }

        if (wavelength > (float)(rope.OriginalMaxPositionEmbeddings / rope.LowFreqFactor))
        {
            return frequency / factor;
        }

        var smooth = ((context / wavelength) - (float)rope.LowFreqFactor) / (float)(rope.HighFreqFactor - rope.LowFreqFactor);
        return ((1 - smooth) * frequency / factor) + (smooth * frequency);
    }

    // Peng et al., 2023, arXiv 2309.00071: high frequencies stay, low ones are stretched, a ramp lies between.
    private static float[] ScaleYarn(RopeConfig rope, float[] turns)
    {
        var low = CorrectionDimension(rope, rope.BetaFast);
        var high = CorrectionDimension(rope, rope.BetaSlow);
        if (rope.Truncate)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, rope.RotaryDim - 1));
        if (low == high)
        {
            high += 0.001;
        }

        return [.. turns.Select((turn, i) =>
        {
            var kept = 1 - Math.Clamp((i - (float)low) / (float)(high - low), 0, 1);
            return (1 / ((float)rope.Factor * turn) * (1 - kept)) + (1 / turn * kept);
        })];
    }

    // The dimension that makes so many turns within the original context.
    private static double CorrectionDimension(RopeConfig rope, double turns) =>
        rope.RotaryDim * Math.Log(rope.OriginalMaxPositionEmbeddings / (turns * 2 * Math.PI)) / (2 * Math.Log(rope.Theta));
}
