namespace LoraMesh.Model;

/// <summary>Rotary position embedding (Su et al., 2021, arXiv 2104.09864) and its scaling.</summary>
public sealed record RopeConfig
{
    /// <summary>Base of the wavelengths.</summary>
    public double Theta { get; init; } = 10000;

    /// <summary><c>default</c>, <c>linear</c> or <c>llama3</c>.</summary>
    public string Type { get; init; } = "default";

    /// <summary>How many times the context was extended; <c>linear</c> and <c>llama3</c>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary><c>llama3</c>: wavelengths above original context / this are scaled whole.</summary>
    public double LowFreqFactor { get; init; } = 1;

    /// <summary><c>llama3</c>: wavelengths below original context / this are left alone.</summary>
    public double HighFreqFactor { get; init; } = 4;

    /// <summary><c>llama3</c>: context in tokens before the extension.</summary>
    public int OriginalMaxPositionEmbeddings { get; init; }

    /// <summary>Angle per position of each pair of dimensions, [headDim / 2], as transformers computes them.</summary>
    public double[] InverseFrequencies(int headDim)
    {
        var frequencies = new double[headDim / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            // transformers computes these in float32; the rounding is part of what a model was trained with.
            var plain = (float)(1.0 / Math.Pow(Theta, 2.0 * i / headDim));
            frequencies[i] = Type switch
            {
                "linear" => plain / Factor,
                "llama3" => ScaleLlama3(plain),
                _ => plain,
            };
        }

        return frequencies;
    }

    private double ScaleLlama3(double frequency)
    {
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < OriginalMaxPositionEmbeddings / HighFreqFactor)
        {
            return frequency;
        }

        if (wavelength > OriginalMaxPositionEmbeddings / LowFreqFactor)
        {
            return frequency / Factor;
        }

        var smooth = (OriginalMaxPositionEmbeddings / wavelength - LowFreqFactor) / (HighFreqFactor - LowFreqFactor);
        return (1 - smooth) * frequency / Factor + smooth * frequency;
    }
}
