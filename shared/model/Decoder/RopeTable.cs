namespace LoraMesh.Model.Decoder;

/// <summary>The frequencies of a rotary embedding, made once as long as sequences do not change them.</summary>
internal sealed class RopeTable(RopeConfig rope)
{
    private int _variant = rope.Variant(1);
    private float[] _frequencies = rope.InverseFrequencies(1);

    /// <summary>Rotated dimensions of a head.</summary>
    internal int Width => rope.RotaryDim;

    /// <summary>What cos and sin are multiplied by.</summary>
    internal float Factor { get; } = (float)rope.AttentionFactor;

    /// <summary>Angle per position of each pair of dimensions in a sequence of that many tokens, [Width / 2].</summary>
    internal float[] Frequencies(int length)
    {
        if (rope.Variant(length) is var variant && variant != _variant)
        {
            (_variant, _frequencies) = (variant, rope.InverseFrequencies(length));
        }

        return _frequencies;
    }
}
