using LoraMesh.Model.Kernels;
using LoraMesh.Model.Runtime;
using LoraMesh.Model.Stepping;
using static TorchSharp.torch;

namespace LoraMesh.Model.Decoder;

// T new tokens, P cached and new positions, H query heads, K key/value heads, G = H/K, D head width.

/// <summary>
/// Attention of new tokens over a session's cached keys and values. One new token per session, the common case while
/// generating, is computed in place on the caches; several at once go through tensor operations.
/// </summary>
internal static unsafe class CachedAttention
{
    /// <summary>q [T, H, D], k and v [T, K, D], rotated; appends k and v to the caches → [T, H·D].</summary>
    internal static Tensor Forward(int layer, Tensor q, Tensor k, Tensor v, AttentionRule rule, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var output = empty(q.size(0), q.size(1) * q.size(2));
        var start = 0;
        for (var segment = 0; segment < plan.Sessions!.Count; segment++)
        {
            var session = plan.Sessions[segment];
            var length = plan.Batch.SegmentLengths[segment];
            session.Append(layer, k.narrow(0, start, length), v.narrow(0, start, length));
            if (length == 1 && q.device_type == TorchSharp.DeviceType.CPU)
            {
                var width = q.size(1) * q.size(2);
                One((float*)TorchAbi.Address(q) + (start * width), (int)width, session, session.Length, layer, rule, (float*)TorchAbi.Address(output) + (start * width));
            }
            else
            {
                output.narrow(0, start, length).copy_(Several(q.narrow(0, start, length), session, layer, rule));
            }

            start += length;
        }

        return output.MoveToOuterDisposeScope();
    }

    /// <summary>The plain-operator twin, for any number of new tokens: q [T, H, D] → [T, H·D].</summary>
    internal static Tensor Several(Tensor q, DecoderSession session, int layer, AttentionRule rule)
    {
        long length = q.size(0), heads = q.size(1), width = q.size(2);
        var (keys, values) = session.Cached(layer, (int)length); // each (P, K, D)
        long keyHeads = keys.size(1), group = heads / keyHeads;
        using var scope = NewDisposeScope();
        var queries = q.view(length, keyHeads, group, width).permute(1, 2, 0, 3).reshape(keyHeads, group * length, width);
        var scores = AttentionScores.Compute(queries, keys.permute(1, 0, 2), length, rule, out _); // (K, G·T, P)
        return nn.functional.softmax(scores, -1).bmm(values.permute(1, 0, 2)) // (K, G·T, D)
            .view(keyHeads, group, length, width).permute(2, 0, 1, 3).reshape(length, heads * width)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Keys, rotated, and values of new tokens [T, K·D] go into the caches.</summary>
    internal static void Append(int layer, StepRows key, StepRows value, StepPlan plan)
    {
        for (var row = 0; row < plan.Rows; row++)
        {
            var (session, position, _) = plan.Tokens[row];
            session.Addresses(layer, out var keys, out var values);
            var place = (long)position * key.Width;
            new ReadOnlySpan<float>(key.Row(row), key.Width).CopyTo(new Span<float>(keys + place, key.Width));
            new ReadOnlySpan<float>(value.Row(row), key.Width).CopyTo(new Span<float>(values + place, key.Width));
        }
    }

    /// <summary>Queries of new tokens, rotated, whose keys and values are in the caches → what attention mixes, [T, H·D].</summary>
    internal static void Step(int layer, StepRows query, StepRows mixed, AttentionRule rule, StepPlan plan)
    {
        long seen = plan.Tokens.Max(token => Seen(token.Position, rule));
        RowLoop.Run(plan.Rows, seen * query.Width, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                One(query.Row(row), query.Width, plan.Tokens[(int)row].Session, plan.Tokens[(int)row].Position, layer, rule, mixed.Row(row));
            }
        });
    }

    // One new token, whose key and value are in the cache.
    private static void One(float* query, int queryWidth, DecoderSession session, int position, int layer, AttentionRule rule, float* result)
    {
        session.Addresses(layer, out var keys, out var values);
        var positions = Seen(position, rule);
        int stride = session.KeyHeads * session.HeadWidth, width = queryWidth / session.KeyHeads;
        var first = (long)(position + 1 - positions) * stride;
        using var scores = new NativeBuffer(width / session.HeadWidth * StepAttention.Room(positions));
        for (var head = 0; head < session.KeyHeads; head++)
        {
            var offset = first + (head * session.HeadWidth);
            StepAttention.Group(
                query + (head * width), keys + offset, values + offset, stride, (width / session.HeadWidth, session.HeadWidth, positions), rule, scores.Floats, result + (head * width));
        }
    }

    private static int Seen(int position, AttentionRule rule) => Math.Min(position + 1, rule.Window ?? int.MaxValue);
}
