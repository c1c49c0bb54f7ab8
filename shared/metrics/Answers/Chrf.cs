namespace LoraMesh.Metrics.Answers;

/// <summary>
/// Corpus chrF (Popović 2015) as sacreBLEU scores it by default: character n-grams up to six, white space left out, case kept,
/// recall counting twice. Signature: <c>nrefs:var|case:mixed|eff:yes|nc:6|nw:0|space:no</c>.
/// </summary>
internal static class Chrf
{
    private const int Orders = 6;
    private const double BetaSquared = 4;

    /// <summary>Counts of one answer against the reference that fits it best: per order its n-grams, the reference's, and those in common.</summary>
    public static long[] Count(AnswerItem item)
    {
        var answer = CodePoints(item.Prediction);
        var (best, highest) = (Array.Empty<long>(), -1.0);
        foreach (var reference in item.References)
        {
            var counts = Count(answer, CodePoints(reference));
            if (Score(counts) is var score && score > highest)
            {
                (best, highest) = (counts, score);
            }
        }

        return best;
    }

    /// <summary>The score, 0 to 100, of counts added up over answers.</summary>
    public static double Score(long[] counts)
    {
        double precision = 0, recall = 0;
        var orders = 0;
        for (var at = 0; at < counts.Length; at += 3)
        {
            if (counts[at] > 0 && counts[at + 1] > 0)
            {
                precision += (double)counts[at + 2] / counts[at];
                recall += (double)counts[at + 2] / counts[at + 1];
                orders++;
            }
        }

        if (precision + recall == 0)
        {
            return 0;
        }

        (precision, recall) = (precision / orders, recall / orders);
        return 100 * ((1 + BetaSquared) * precision * recall / ((BetaSquared * precision) + recall));
    }

    private static long[] Count(string[] answer, string[] reference)
    {
        var counts = new long[3 * Orders];
        for (var order = 1; order <= Orders; order++)
        {
            var (found, wanted) = (Grams(answer, order), Grams(reference, order));
            counts[3 * (order - 1)] = wanted.Count > 0 ? found.Values.Sum() : 0;
            counts[(3 * (order - 1)) + 1] = wanted.Values.Sum();
            counts[(3 * (order - 1)) + 2] = found.Sum(gram => Math.Min(gram.Value, wanted.GetValueOrDefault(gram.Key)));
        }

        return counts;
    }

    private static string[] CodePoints(string text) => [.. string.Concat(PythonText.Split(text)).EnumerateRunes().Select(rune => rune.ToString())];

    private static Dictionary<string, int> Grams(string[] characters, int order) =>
        Enumerable.Range(0, Math.Max(0, characters.Length - order + 1)).Select(at => string.Concat(characters.AsSpan(at, order))).CountBy(gram => gram).ToDictionary();
}
