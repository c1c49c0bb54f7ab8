using LoraMesh.Model.Kernels;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// N segments of equal length, T tokens, H query heads, K key/value heads, G = H/K, D head width, B tokens of a block.

/// <summary>
/// <see cref="Attention"/> on bfloat16: queries go in blocks over the keys that any of them may see, so that what lies in the
/// future is not computed, and the scores of a block stay in the cache. The heads of a group lie beside each other in rows.
/// </summary>
internal static class BlockAttention
{
    private const int BlockTokens = 128;

    /// <summary>q [N·T, H, D], k and v [N·T, K, D] → [N·T, H·D].</summary>
    internal static Tensor Forward(Tensor q, Tensor k, Tensor v, int count, AttentionRule rule)
    {
        using var scope = NewDisposeScope();
        var shape = new Shape(count, q, k);
        Tensor queries = shape.FoldQueries(q), keys = shape.FoldKeys(k), values = shape.FoldKeys(v);
        var mixed = empty_like(queries); // (N·K, T·G, D)
        for (var first = 0; first < shape.Length; first += BlockTokens)
        {
            using var inner = NewDisposeScope();
            var block = new Block(shape, first, rule);
            var p = block.Probabilities(queries, keys, rule); // (N·K, B·G, P)
            block.Rows(mixed).copy_(p.bmm(block.Keys(values)));
        }

        return shape.UnfoldQueries(mixed).flatten(1).MoveToOuterDisposeScope();
    }

    /// <summary>Gradients of q, k and v from that of the output, [N·T, H, D].</summary>
    internal static (Tensor Dq, Tensor Dk, Tensor Dv) Backward(Tensor q, Tensor k, Tensor v, Tensor dOut, int count, AttentionRule rule)
    {
        using var scope = NewDisposeScope();
        var shape = new Shape(count, q, k);
        Tensor queries = shape.FoldQueries(q), keys = shape.FoldKeys(k), values = shape.FoldKeys(v), dMixed = shape.FoldQueries(dOut);
        var dQueries = empty_like(queries);

        // Sums over blocks, in float32.
        Tensor dKeys = zeros(keys.shape, ScalarType.Float32), dValues = zeros(keys.shape, ScalarType.Float32);
        for (var first = 0; first < shape.Length; first += BlockTokens)
        {
            using var inner = NewDisposeScope();
            var block = new Block(shape, first, rule);
            var p = block.Probabilities(queries, keys, rule); // (N·K, B·G, P)
            var d = block.Rows(dMixed);
            block.Keys(dValues).add_(p.transpose(1, 2).bmm(d));
            var slopes = d.bmm(block.Keys(values).transpose(1, 2)).contiguous();
            SoftmaxKernel.Backward(slopes, p, (float)rule.Scale);
            block.Rows(dQueries).copy_(slopes.bmm(block.Keys(keys)));
            block.Keys(dKeys).add_(slopes.transpose(1, 2).bmm(block.Rows(queries)));
        }

        return (shape.UnfoldQueries(dQueries).MoveToOuterDisposeScope(), Keys(dKeys), Keys(dValues));

        Tensor Keys(Tensor x) => shape.UnfoldKeys(x).to_type(ScalarType.BFloat16).MoveToOuterDisposeScope();
    }

    private readonly struct Shape(int count, Tensor q, Tensor k)
    {
        private readonly long _keyHeads = k.size(1);
        private readonly long _width = q.size(2);

        internal long Length { get; } = q.size(0) / count;

        internal int Group { get; } = (int)(q.size(1) / k.size(1));

        internal Tensor FoldQueries(Tensor x) => x.view(count, Length, _keyHeads, Group, _width).permute(0, 2, 1, 3, 4).reshape(count * _keyHeads, Length * Group, _width);

        internal Tensor FoldKeys(Tensor x) => x.view(count, Length, _keyHeads, _width).permute(0, 2, 1, 3).reshape(count * _keyHeads, Length, _width);

        internal Tensor UnfoldQueries(Tensor x) => x.view(count, _keyHeads, Length, Group, _width).permute(0, 2, 1, 3, 4).reshape(count * Length, _keyHeads * Group, _width);

        internal Tensor UnfoldKeys(Tensor x) => x.view(count, _keyHeads, Length, _width).permute(0, 2, 1, 3).reshape(count * Length, _keyHeads, _width);
    }

    private readonly struct Block(Shape shape, int first, AttentionRule rule)
    {
        private readonly int _tokens = (int)Math.Min(BlockTokens, shape.Length - first);
        private readonly int _firstKey = rule.Window is { } window ? Math.Max(0, first + 1 - window) : 0;

        internal Tensor Rows(Tensor x) => x.narrow(1, (long)first * shape.Group, (long)_tokens * shape.Group);

        internal Tensor Keys(Tensor x) => x.narrow(1, _firstKey, first + _tokens - _firstKey);

        internal Tensor Probabilities(Tensor queries, Tensor keys, AttentionRule attention)
        {
            var scores = Rows(queries).bmm(Keys(keys).transpose(1, 2)).contiguous();
            SoftmaxKernel.Forward(scores, new Sight(first, _firstKey, shape.Group, attention.Window), (float)attention.Scale);
            return scores;
        }
    }
}
