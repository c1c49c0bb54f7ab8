using System.Runtime.Intrinsics;
using LoraMesh.Model.Decoder;

namespace LoraMesh.Model.Stepping;

// P positions, D head width, G query heads of one key head.

/// <summary>Attention of one new token over the cached keys and values of its sequence.</summary>
internal static unsafe class StepAttention
{
    private const int Lanes = 16;

    // Heads that share the reading of keys and values.
    private const int Together = 4;

    // Positions between the one that is computed and the one that is asked for.
    private const int Ahead = 8;

    /// <summary>The query heads of one key head, [G, D], over P keys and values → [G, D].</summary>
    /// <param name="query">The heads, one after the other.</param>
    /// <param name="keys">The first key.</param>
    /// <param name="values">The first value.</param>
    /// <param name="stride">From one position to the next.</param>
    /// <param name="shape">Heads, their width, positions.</param>
    /// <param name="rule">How products become weights.</param>
    /// <param name="scores">Room for G rows of P, each rounded up to 16.</param>
    /// <param name="result">Output.</param>
    internal static void Group(
        float* query, float* keys, float* values, int stride, (int Heads, int Width, int Positions) shape, AttentionRule rule, float* scores, float* result)
    {
        var (heads, width, positions) = shape;
        var room = Room(positions);
        for (var head = 0; head < heads; head += Together)
        {
            var count = Math.Min(Together, heads - head);
            var row = scores + (head * room);
            Dots(query + (head * width), count, keys, stride, width, positions, row, room);
            for (var i = 0; i < count; i++)
            {
                Weigh(row + (i * room), positions, room, rule);
            }

            Mix(row, room, count, positions, values, stride, width, result + (head * width));
        }
    }

    /// <summary>Numbers that a row of scores takes.</summary>
    internal static int Room(int positions) => (positions + Lanes - 1) / Lanes * Lanes;

    // softmax(cap(s·x)), in place; what is behind the last weighs nothing.
    private static void Weigh(float* row, int count, int room, AttentionRule rule)
    {
        var scale = (float)rule.Scale;
        if (rule.Softcap is { } cap)
        {
            for (var i = 0; i < count; i++)
            {
                row[i] = (float)cap * MathF.Tanh(row[i] * scale / (float)cap);
            }

            scale = 1;
        }

        new Span<float>(row + count, room - count).Fill(float.NegativeInfinity);
        var highest = Vector512.Load(row);
        for (var i = Lanes; i < room; i += Lanes)
        {
            highest = Vector512.Max(highest, Vector512.Load(row + i));
        }

        var top = highest[0];
        for (var lane = 1; lane < Lanes; lane++)
        {
            top = MathF.Max(top, highest[lane]);
        }

        var (shift, sums) = (Vector512.Create(top), Vector512<float>.Zero);
        for (var i = 0; i < room; i += Lanes)
        {
            var value = Vector512.Exp((Vector512.Load(row + i) - shift) * scale);
            value.Store(row + i);
            sums += value;
        }

        var inverse = 1 / LaneSums.Of(sums);
        for (var i = 0; i < room; i += Lanes)
        {
            (Vector512.Load(row + i) * inverse).Store(row + i);
        }
    }

    // Products of four heads, which may be fewer, with every key: what is computed for those that are not there is not kept.
    private static void Dots(float* query, int heads, float* keys, int stride, int width, int positions, float* scores, int room)
    {
        float* q0 = query, q1 = query + (Math.Min(1, heads - 1) * width), q2 = query + (Math.Min(2, heads - 1) * width), q3 = query + (Math.Min(3, heads - 1) * width);
        for (var position = 0; position < positions; position++, keys += stride)
        {
            Vector512<float> a = default, b = default, c = default, d = default;
            var i = 0;
            for (; i <= width - Lanes; i += Lanes)
            {
                ProductTiles.Fetch((byte*)(keys + (Ahead * stride) + i));
                var key = Vector512.Load(keys + i);
                a = Vector512.MultiplyAddEstimate(Vector512.Load(q0 + i), key, a);
                b = Vector512.MultiplyAddEstimate(Vector512.Load(q1 + i), key, b);
                c = Vector512.MultiplyAddEstimate(Vector512.Load(q2 + i), key, c);
                d = Vector512.MultiplyAddEstimate(Vector512.Load(q3 + i), key, d);
            }

            var sums = LaneSums.Of(a, b, c, d);
            for (var head = 0; head < heads; head++)
            {
                var sum = sums[head];
                for (var rest = i; rest < width; rest++)
                {
                    sum += query[(head * width) + rest] * keys[rest];
                }

                scores[(head * room) + position] = sum;
            }
        }
    }

    // Values weighed by up to four heads.
    private static void Mix(float* weights, int room, int heads, int count, float* values, int stride, int width, float* result)
    {
        float* w0 = weights, w1 = weights + (Math.Min(1, heads - 1) * room), w2 = weights + (Math.Min(2, heads - 1) * room), w3 = weights + (Math.Min(3, heads - 1) * room);
        var sums = stackalloc Vector512<float>[Together];
        var i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            Vector512<float> a = default, b = default, c = default, d = default;
            var value = values + i;
            for (var position = 0; position < count; position++, value += stride)
            {
                ProductTiles.Fetch((byte*)(value + (Ahead * stride)));
                var numbers = Vector512.Load(value);
                a = Vector512.MultiplyAddEstimate(Vector512.Create(w0[position]), numbers, a);
                b = Vector512.MultiplyAddEstimate(Vector512.Create(w1[position]), numbers, b);
                c = Vector512.MultiplyAddEstimate(Vector512.Create(w2[position]), numbers, c);
                d = Vector512.MultiplyAddEstimate(Vector512.Create(w3[position]), numbers, d);
            }

            (sums[0], sums[1], sums[2], sums[3]) = (a, b, c, d);
            for (var head = 0; head < heads; head++)
            {
                sums[head].Store(result + (head * width) + i);
            }
        }

        for (; i < width; i++)
        {
            for (var head = 0; head < heads; head++)
            {
                var sum = 0f;
                for (var position = 0; position < count; position++)
                {
                    sum += weights[(head * room) + position] * values[((long)position * stride) + i];
                }

                result[(head * width) + i] = sum;
            }
        }
    }
}
