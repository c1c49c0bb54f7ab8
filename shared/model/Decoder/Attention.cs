using LoraMesh.Model.Kernels;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// N segments of equal length, T tokens, H query heads, K key/value heads, G = H/K, D head width.

/// <summary>
/// Causal attention with grouped queries inside each segment. Query heads of one group are folded into rows, so that
/// keys and values are never repeated; the backward pass makes the probabilities again instead of keeping them.
/// </summary>
internal static class Attention
{
    /// <summary>q [T, H, D], k and v [T, K, D], rotated → [T, H·D].</summary>
    internal static Tensor Forward(Tensor q, Tensor k, Tensor v, AttentionRule rule, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        foreach (var run in Runs(plan.Batch))
        {
            if (InBlocks(q, rule))
            {
                parts.Add(BlockAttention.Forward(Part(q, run), Part(k, run), Part(v, run), run.Count, rule));
                continue;
            }

            var shape = new Shape(run, q, k);
            var keys = shape.FoldKeys(k);
            var scores = AttentionScores.Compute(shape.FoldQueries(q), keys, shape.Length, rule, out _); // (N·K, G·T, T)
            var mixed = nn.functional.softmax(scores, -1).bmm(shape.FoldKeys(v)); // (N·K, G·T, D)
            parts.Add(shape.UnfoldQueries(mixed).flatten(1)); // (N·T, H·D)
        }

        return (parts.Count == 1 ? parts[0] : cat(parts, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>Gradients of q, k and v from that of the output [T, H·D].</summary>
    internal static (Tensor Dq, Tensor Dk, Tensor Dv) Backward(Tensor q, Tensor k, Tensor v, Tensor dOut, AttentionRule rule, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var dOutHeads = dOut.view(q.shape);
        List<Tensor> dq = [], dk = [], dv = [];
        foreach (var run in Runs(plan.Batch))
        {
            if (InBlocks(q, rule))
            {
                var (dQueries, dKeys, dValues) = BlockAttention.Backward(Part(q, run), Part(k, run), Part(v, run), Part(dOutHeads, run), run.Count, rule);
                dq.Add(dQueries);
                dk.Add(dKeys);
                dv.Add(dValues);
                continue;
            }

            var shape = new Shape(run, q, k);
            Tensor queries = shape.FoldQueries(q), keys = shape.FoldKeys(k), values = shape.FoldKeys(v);
            var dMixed = shape.FoldQueries(dOutHeads); // (N·K, G·T, D)
            var p = nn.functional.softmax(AttentionScores.Compute(queries, keys, shape.Length, rule, out var tanh), -1); // (N·K, G·T, T)
            dv.Add(shape.UnfoldKeys(p.transpose(1, 2).bmm(dMixed)));
            var dp = dMixed.bmm(values.transpose(1, 2));
            var dScores = dp.sub_((dp * p).sum(-1, keepdim: true)).mul_(p).mul_(rule.Scale);
            if (tanh is not null)
            {
                dScores.mul_(tanh.pow_(2).neg_().add_(1));
            }

            dq.Add(shape.UnfoldQueries(dScores.bmm(keys)));
            dk.Add(shape.UnfoldKeys(dScores.transpose(1, 2).bmm(queries)));
        }

        return (Join(dq), Join(dk), Join(dv));
    }

    // A capped score has no kernel: plain operators serve it, whatever the precision.
    private static bool InBlocks(Tensor q, AttentionRule rule) => rule.Softcap is null && Bf16.Fits(q);

    private static Tensor Part(Tensor x, (int Start, int Count, int Length) run) => x.narrow(0, run.Start, (long)run.Count * run.Length);

    private static Tensor Join(List<Tensor> parts) => (parts.Count == 1 ? parts[0].contiguous() : cat(parts, 0)).MoveToOuterDisposeScope();

    // Neighbours of equal length share their operations.
    private static IEnumerable<(int Start, int Count, int Length)> Runs(TokenBatch batch)
    {
        int start = 0, index = 0;
        while (index < batch.SegmentLengths.Count)
        {
            var length = batch.SegmentLengths[index];
            var count = 1;
            while (index + count < batch.SegmentLengths.Count && batch.SegmentLengths[index + count] == length)
            {
                count++;
            }

            yield return (start, count, length);
            start += count * length;
            index += count;
        }
    }

    private readonly struct Shape((int Start, int Count, int Length) run, Tensor q, Tensor k)
    {
        private readonly long _keyHeads = k.size(1);
        private readonly long _width = q.size(2);

        internal long Length { get; } = run.Length;

        internal long Group { get; } = q.size(1) / k.size(1);

        internal Tensor FoldQueries(Tensor x) => x.narrow(0, run.Start, run.Count * Length)
            .view(run.Count, Length, _keyHeads, Group, _width).permute(0, 2, 3, 1, 4)
            .reshape(run.Count * _keyHeads, Group * Length, _width);

        internal Tensor FoldKeys(Tensor x) => x.narrow(0, run.Start, run.Count * Length)
            .view(run.Count, Length, _keyHeads, _width).permute(0, 2, 1, 3)
            .reshape(run.Count * _keyHeads, Length, _width);

        internal Tensor UnfoldQueries(Tensor x) => x.view(run.Count, _keyHeads, Group, Length, _width)
            .permute(0, 3, 1, 2, 4).reshape(run.Count * Length, _keyHeads * Group, _width);

        internal Tensor UnfoldKeys(Tensor x) => x.view(run.Count, _keyHeads, Length, _width)
            .permute(0, 2, 1, 3).reshape(run.Count * Length, _keyHeads, _width);
    }
}
