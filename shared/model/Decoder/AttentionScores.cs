using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// N batch of matrices, Q query rows (G heads of a group, T tokens each), P key positions.

/// <summary>The scores of an attention, capped and masked, as plain operators.</summary>
internal static class AttentionScores
{
    /// <summary>queries (N, G·T, D), keys (N, P, D) → scores (N, G·T, P); what lies in the future or before the window is -∞.</summary>
    /// <param name="queries">The last T of the P positions, group after group.</param>
    /// <param name="keys">All positions.</param>
    /// <param name="tokens">T.</param>
    /// <param name="rule">Scale, cap and window.</param>
    /// <param name="tanh">With a cap, tanh(s/c), which the backward pass needs; else null.</param>
    internal static Tensor Compute(Tensor queries, Tensor keys, long tokens, AttentionRule rule, out Tensor? tanh)
    {
        var scores = queries.bmm(keys.transpose(1, 2)).mul_(rule.Scale);
        tanh = null;
        if (rule.Softcap is { } cap)
        {
            tanh = scores.div_(cap).tanh_();
            scores = tanh * cap;
        }

        var positions = keys.size(1);
        scores.view(scores.size(0), -1, tokens, positions).add_(Mask(tokens, positions, rule.Window));
        return scores;
    }

    // (T, P): 0 where a token may look, else -∞.
    private static Tensor Mask(long tokens, long positions, int? window)
    {
        var mask = full(tokens, positions, float.NegativeInfinity).triu_(positions - tokens + 1);
        if (window is { } seen && seen < positions)
        {
            mask.add_(full(tokens, positions, float.NegativeInfinity).tril_(positions - tokens - seen));
        }

        return mask;
    }
}
