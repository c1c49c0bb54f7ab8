using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T tokens, C channels, V vocabulary.

/// <summary>hidden state → logits: a matrix and, in some families, a cap c·tanh(z/c).</summary>
internal sealed class OutputHead(Weight weight, double? softcap)
{
    internal Weight Weight { get; } = weight;

    /// <summary>hidden [T, C] → logits [T, V].</summary>
    internal Tensor Forward(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var logits = Weight.Apply(hidden);
        return (softcap is { } cap ? logits.div_(cap).tanh_().mul_(cap) : logits).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// dHidden [T, C] from the logits of <see cref="Forward"/> and their gradient, which is overwritten; adds the matrix'
    /// gradient where it is trained.
    /// </summary>
    internal Tensor Backward(Tensor hidden, Tensor logits, Tensor dLogits)
    {
        using var scope = NewDisposeScope();
        if (softcap is { } cap)
        {
            dLogits.mul_((logits / cap).pow_(2).neg_().add_(1));
        }

        Weight.AddGradient(dLogits, hidden);
        return Weight.ApplyTransposed(dLogits).MoveToOuterDisposeScope();
    }
}
