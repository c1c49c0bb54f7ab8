using System.Runtime.Intrinsics;
using LoraMesh.Model.Decoder;
using static TorchSharp.torch;

namespace LoraMesh.Model;

// T tokens, C channels.

/// <summary>
/// Noise on embeddings while training (NEFTune: Jain et al., 2023, arXiv 2310.05914): every entry gets a number drawn evenly from
/// ±alpha/√(L·C), L being the length of its own sequence. It is a function of seed and position, so that a resumed training
/// adds the same.
/// </summary>
/// <param name="Seed">Decides the noise; another one for every micro-batch.</param>
/// <param name="Alpha">How much; above 0.</param>
public sealed record NeftuneNoise(ulong Seed, double Alpha)
{
    // Apart from the streams of LoRA dropout, which are numbers of linear layers.
    private const int Stream = -1;
    private const int Bits = 24;

    /// <summary>Adds it to embeddings [T, C] in place.</summary>
    internal void AddTo(Tensor x, IReadOnlyList<int> lengths)
    {
        using var scope = NewDisposeScope();
        x.add_(Of(lengths, (int)x.size(1)).to(x.device).to_type(x.dtype));
    }

    /// <summary>The noise itself, float32 [T, C].</summary>
    internal Tensor Of(IReadOnlyList<int> lengths, int channels)
    {
        var noise = new float[(long)lengths.Sum() * channels];
        var (start, at) = (CounterBits.Start(Seed, Stream), 0);
        foreach (var length in lengths)
        {
            var magnitude = (float)(Alpha / Math.Sqrt((double)length * channels));
            for (var end = at + length * channels; at < end; at++)
            {
                var bits = CounterBits.Of(Vector256.Create(start + (uint)at))[0] >>> (32 - Bits);
                noise[at] = ((bits + 0.5f) / (1 << (Bits - 1)) - 1) * magnitude;
            }
        }

        return tensor(noise, [lengths.Sum(), channels]);
    }
}
