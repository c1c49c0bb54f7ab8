using System.Runtime.Intrinsics;
using LoraMesh.Model.Decoder;

namespace LoraMesh.Model.Stepping;

// P positions, D head width, G query heads of one key head.

/// <summary>Attention of one new token over the cached keys and values of its sequence.</summary>
internal static unsafe class StepAttention
{
    private const int Lanes = 16;

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
        for (var position = 0; position < positions; position++)
        {
            var key = keys + ((long)position * stride);
            for (var head = 0; head < heads; head++)
            {
                scores[(head * room) + position] = Dot(query + (head * width), key, width);
            }
        }

        for (var head = 0; head < heads; head++)
        {
            var row = scores + (head * room);
            Weigh(row, positions, room, rule);
            Mix(row, positions, values, stride, width, result + (head * width));
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

    private static void Mix(float* weights, int count, float* values, int stride, int width, float* result)
    {
        var i = 0;
        for (; i <= width - (4 * Lanes); i += 4 * Lanes)
        {
            Vector512<float> a = default, b = default, c = default, d = default;
            var value = values + i;
            for (var position = 0; position < count; position++, value += stride)
            {
                var weight = Vector512.Create(weights[position]);
                a = Vector512.MultiplyAddEstimate(weight, Vector512.Load(value), a);
                b = Vector512.MultiplyAddEstimate(weight, Vector512.Load(value + Lanes), b);
                c = Vector512.MultiplyAddEstimate(weight, Vector512.Load(value + (2 * Lanes)), c);
                d = Vector512.MultiplyAddEstimate(weight, Vector512.Load(value + (3 * Lanes)), d);
            }

            a.Store(result + i);
            b.Store(result + i + Lanes);
            c.Store(result + i + (2 * Lanes));
            d.Store(result + i + (3 * Lanes));
        }

        for (; i <= width - Lanes; i += Lanes)
        {
            Vector512<float> sum = default;
            for (var position = 0; position < count; position++)
            {
                sum = Vector512.MultiplyAddEstimate(Vector512.Create(weights[position]), Vector512.Load(values + ((long)position * stride) + i), sum);
            }

            sum.Store(result + i);
        }

        for (; i < width; i++)
        {
            var sum = 0f;
            for (var position = 0; position < count; position++)
            {
                sum += weights[position] * values[((long)position * stride) + i];
            }

            result[i] = sum;
        }
    }

    private static float Dot(float* a, float* b, int width)
    {
        var sums = Vector512<float>.Zero;
        var i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            sums = Vector512.MultiplyAddEstimate(Vector512.Load(a + i), Vector512.Load(b + i), sums);
        }

        var sum = LaneSums.Of(sums);
        for (; i < width; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
