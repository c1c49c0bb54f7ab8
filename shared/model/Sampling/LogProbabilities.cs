using System.Runtime.Intrinsics;

namespace LoraMesh.Model;

/// <summary>Log-softmax of one row of logits, before temperature, penalties and filters.</summary>
public static class LogProbabilities
{
    /// <summary>The log probability of one token.</summary>
    public static TokenLogProbability Of(ReadOnlySpan<float> logits, int id) =>
        new(id, (float)(logits[id] - LogSumExp(logits)));

    /// <summary>The likeliest tokens, likeliest first; of equal ones the lower id first.</summary>
    /// <param name="logits">One row, (V).</param>
    /// <param name="count">How many; 0 to V.</param>
    public static IReadOnlyList<TokenLogProbability> Top(ReadOnlySpan<float> logits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, logits.Length);
        if (count == 0)
        {
            return [];
        }

        // The queue's head is the weakest of those kept.
        var kept = new PriorityQueue<int, (float Logit, int Rank)>(count);
        for (var id = 0; id < logits.Length; id++)
        {
            if (kept.Count < count)
            {
                kept.Enqueue(id, (logits[id], -id));
            }
            else if (kept.TryPeek(out _, out var weakest) && logits[id] > weakest.Logit)
            {
                kept.EnqueueDequeue(id, (logits[id], -id));
            }
        }

        var total = LogSumExp(logits);
        var top = new TokenLogProbability[kept.Count];
        for (var place = top.Length - 1; place >= 0; place--)
        {
            var id = kept.Dequeue();
            top[place] = new TokenLogProbability(id, (float)(logits[id] - total));
        }

        return top;
    }

    // The sum in double: it runs over up to some hundred thousand terms, each good to float32's last bit or two.
    private static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var width = Vector512<float>.Count;
        var largest = float.NegativeInfinity;
        var whole = logits.Length / width * width;
        if (whole > 0)
        {
            var highest = Vector512.Create(largest);
            for (var i = 0; i < whole; i += width)
            {
                highest = Vector512.Max(highest, Vector512.Create(logits[i..]));
            }

            for (var lane = 0; lane < width; lane++)
            {
                largest = MathF.Max(largest, highest[lane]);
            }
        }

        foreach (var logit in logits[whole..])
        {
            largest = MathF.Max(largest, logit);
        }

        var (shift, sums) = (Vector512.Create(largest), Vector512<double>.Zero);
        for (var i = 0; i < whole; i += width)
        {
            var (low, high) = Vector512.Widen(Vector512.Exp(Vector512.Create(logits[i..]) - shift));
            sums += low + high;
        }

        var sum = Vector512.Sum(sums);
        foreach (var logit in logits[whole..])
        {
            sum += Math.Exp(logit - (double)largest);
        }

        return largest + Math.Log(sum);
    }
}
