using System.Numerics;
using System.Runtime.InteropServices;
using LoraMesh.Model.Runtime;
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
                One(q, output, start, session, layer, rule);
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

    private static void One(Tensor q, Tensor output, int row, DecoderSession session, int layer, AttentionRule rule)
    {
        int heads = (int)q.size(1), width = (int)q.size(2), keyHeads = session.KeyHeads;
        var positions = Math.Min(session.Length + 1, rule.Window ?? int.MaxValue);
        var first = (long)(session.Length + 1 - positions) * keyHeads * width;
        var query = (float*)TorchAbi.Address(q) + row * heads * width;
        var result = (float*)TorchAbi.Address(output) + row * heads * width;
        session.Addresses(layer, out var keys, out var values);
        Span<float> scores = positions <= 4096 ? stackalloc float[positions] : new float[positions];
        for (var head = 0; head < heads; head++)
        {
            var offset = first + head / (heads / keyHeads) * width;
            Weigh(query + head * width, keys + offset, keyHeads * width, width, rule, scores);
            Mix(scores, values + offset, keyHeads * width, width, result + head * width);
        }
    }

    // scores = softmax(cap(s·q·K))
    private static void Weigh(float* query, float* keys, int stride, int width, AttentionRule rule, Span<float> scores)
    {
        var scale = (float)rule.Scale;
        var highest = float.NegativeInfinity;
        for (var position = 0; position < scores.Length; position++)
        {
            scores[position] = Dot(query, keys + (long)position * stride, width) * scale;
            if (rule.Softcap is { } cap)
            {
                scores[position] = (float)cap * MathF.Tanh(scores[position] / (float)cap);
            }

            highest = MathF.Max(highest, scores[position]);
        }

        var sum = 0f;
        for (var position = 0; position < scores.Length; position++)
        {
            scores[position] = MathF.Exp(scores[position] - highest);
            sum += scores[position];
        }

        foreach (ref var score in scores)
        {
            score /= sum;
        }
    }

    private static void Mix(Span<float> scores, float* values, int stride, int width, float* result)
    {
        var target = new Span<float>(result, width);
        target.Clear();
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var position = 0; position < scores.Length; position++)
        {
            var value = values + (long)position * stride;
            var weight = new Vector<float>(scores[position]);
            for (var i = 0; i < vectors.Length; i++)
            {
                vectors[i] += weight * Vector.Load(value + i * Vector<float>.Count);
            }

            for (var i = vectors.Length * Vector<float>.Count; i < width; i++)
            {
                result[i] += scores[position] * value[i];
            }
        }
    }

    private static float Dot(float* a, float* b, int width)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= width - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += Vector.Load(a + i) * Vector.Load(b + i);
        }

        var total = Vector.Sum(sum);
        for (; i < width; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }
}
