using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, D rotated dimensions of a head.

/// <summary>cos and sin of every token's angles, both halves of D alike, multiplied by the attention factor; each [T, 1, D].</summary>
internal sealed class RopeAngles : IDisposable
{
    internal RopeAngles(RopeTable rope, IReadOnlyList<PositionRun> runs)
    {
        var half = rope.Width / 2;
        var tokens = runs.Sum(run => run.Count);
        float[] cos = new float[tokens * half * 2], sin = new float[cos.Length];
        var at = 0;
        foreach (var run in runs)
        {
            var frequencies = rope.Frequencies(run.Length);
            for (var position = run.First; position < run.First + run.Count; position++, at += half * 2)
            {
                for (var i = 0; i < half; i++)
                {
                    // The product is taken in float32, as the reference takes it.
                    var angle = (double)(position * frequencies[i]);
                    cos[at + i] = cos[at + i + half] = (float)Math.Cos(angle) * rope.Factor;
                    sin[at + i] = sin[at + i + half] = (float)Math.Sin(angle) * rope.Factor;
                }
            }
        }

        long[] shape = [tokens, 1, half * 2];
        Cos = tensor(cos, shape).DetachFromDisposeScope();
        Sin = tensor(sin, shape).DetachFromDisposeScope();
    }

    internal Tensor Cos { get; }

    internal Tensor Sin { get; }

    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}
