using LoraMesh.Metrics.Errors;

namespace LoraMesh.Metrics.Answers;

/// <summary>Figures over generated answers.</summary>
public static class AnswerMetrics
{
    // Of these the harness draws no more resamples, since each costs a whole corpus score.
    private const int CorpusResamples = 100;

    private static readonly string[] Corpus = ["bleu", "chrf", "ter"];
    private static readonly string[] Classes = ["class_f1_macro", "class_f1_weighted"];

    /// <summary>The figures there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. AnswerScores.Names.Concat(Classes).Concat(Corpus).Order(StringComparer.Ordinal)];

    /// <summary>Computes one.</summary>
    /// <exception cref="MetricException">It is not defined for these rows.</exception>
    public static MetricValue Compute(string name, IReadOnlyList<AnswerItem> items, MatchRules rules, int resamples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(rules);
        if (AnswerScores.Names.Contains(name, StringComparer.Ordinal))
        {
            return Mean(name, items, item => AnswerScores.Of(name, item, rules));
        }

        return name switch
        {
            "class_f1_macro" => OverRows(name, items, ConfusionMatrix.Of(items).MacroF1, rows => ConfusionMatrix.Of(rows).MacroF1, resamples, cancellationToken),
            "class_f1_weighted" => OverRows(name, items, ConfusionMatrix.Of(items).WeightedF1, rows => ConfusionMatrix.Of(rows).WeightedF1, resamples, cancellationToken),
            "bleu" => OverCounts(name, [.. items.Select(Bleu.Count)], Bleu.Score, resamples, cancellationToken),
            "chrf" => OverCounts(name, [.. items.Select(Chrf.Count)], Chrf.Score, resamples, cancellationToken),
            "ter" => OverEdits(name, [.. items.Select(Ter.Count)], resamples, cancellationToken),
            _ => throw new MetricException($"'{name}' is no metric over answers; there are {string.Join(", ", Names)}."),
        };
    }

    private static MetricValue Mean(string name, IReadOnlyList<AnswerItem> items, Func<AnswerItem, double> score)
    {
        var scores = items.Select(score).ToArray();
        return new MetricValue(name, Sums.Mean(scores), StandardError.OfMean(scores), HigherIsBetter: true);
    }

    private static MetricValue OverRows(string name, IReadOnlyList<AnswerItem> items, double value, Func<IEnumerable<AnswerItem>, double> statistic, int resamples, CancellationToken cancellationToken)
    {
        var error = StandardError.Bootstrap(items.Count, Math.Min(resamples, CorpusResamples), rows => statistic(rows.Select(row => items[row])), cancellationToken);
        return new MetricValue(name, value, error, HigherIsBetter: true);
    }

    private static MetricValue OverEdits(string name, (int Edits, double Length)[] counts, int resamples, CancellationToken cancellationToken)
    {
        var error = StandardError.Bootstrap(counts.Length, Math.Min(resamples, CorpusResamples), rows => Ter.Score(rows.Select(row => counts[row])), cancellationToken);
        return new MetricValue(name, Ter.Score(counts), error, HigherIsBetter: false);
    }

    private static MetricValue OverCounts(string name, long[][] counts, Func<long[], double> score, int resamples, CancellationToken cancellationToken)
    {
        var error = StandardError.Bootstrap(counts.Length, Math.Min(resamples, CorpusResamples), rows => score(Total(rows.Select(row => counts[row]))), cancellationToken);
        return new MetricValue(name, score(Total(counts)), error, HigherIsBetter: true);

        long[] Total(IEnumerable<long[]> rows)
        {
            var total = new long[counts[0].Length];
            foreach (var row in rows)
            {
                for (var i = 0; i < total.Length; i++)
                {
                    total[i] += row[i];
                }
            }

            return total;
        }
    }
}
