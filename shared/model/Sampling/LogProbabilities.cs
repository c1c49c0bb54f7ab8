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

    // In double: the sum runs over up to some hundred thousand terms.
    private static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = MathF.Max(largest, logit);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - (double)largest);
        }

        return largest + Math.Log(sum);
    }
}
