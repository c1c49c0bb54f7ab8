using LoraMesh.Metrics.Errors;

namespace LoraMesh.Metrics.Answers;

/// <summary>Figures over generated answers.</summary>
public static class AnswerMetrics
{
    // Of these the harness draws no more resamples, since each costs a whole corpus score.
    private const int CorpusResamples = 100;

    private static readonly Dictionary<string, Func<string, string, double>> Best = new(StringComparer.Ordinal)
    {
        ["f1"] = BagOfWords.F1,
        ["squad_em"] = BagOfWords.ExactMatch,
        ["rouge1"] = (answer, reference) => Rouge.OfWords(answer, reference, 1),
        ["rouge2"] = (answer, reference) => Rouge.OfWords(answer, reference, 2),
        ["rougeL"] = Rouge.OfSequence,
        ["rougeLsum"] = Rouge.OfSentences,
        ["json_match"] = JsonAnswers.Match,
        ["json_fields"] = JsonAnswers.Fields,
        ["numeric_match"] = NumericMatch.Of,
    };

    private static readonly string[] Corpus = ["bleu", "chrf"];
    private static readonly string[] Classes = ["class_accuracy", "class_f1_macro", "class_f1_weighted"];

    /// <summary>The figures there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Best.Keys.Concat(["exact_match", "regex_match", "json_valid"]).Concat(Classes).Concat(Corpus).Order(StringComparer.Ordinal)];

    /// <summary>Computes one.</summary>
    /// <exception cref="MetricException">It is not defined for these rows.</exception>
    public static MetricValue Compute(string name, IReadOnlyList<AnswerItem> items, MatchRules rules, int resamples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(rules);
        if (Best.TryGetValue(name, out var score))
        {
            return Mean(name, items, item => item.References.Max(reference => score(item.Prediction, reference)));
        }

        return name switch
        {
            "exact_match" => Mean(name, items, item => rules.Apply(item.Prediction) is var answer && item.References.Any(reference => rules.Apply(reference) == answer) ? 1 : 0),
            "regex_match" => Mean(name, items, item => item.References.Any(pattern => PatternMatch.Is(item.Prediction, pattern)) ? 1 : 0),
            "json_valid" => Mean(name, items, item => JsonAnswers.IsValid(item.Prediction) ? 1 : 0),
            "class_accuracy" => Mean(name, items, item => item.References.Contains(item.Prediction.Trim(), StringComparer.Ordinal) ? 1 : 0),
            "class_f1_macro" => OverRows(name, items, ConfusionMatrix.Of(items).MacroF1, rows => ConfusionMatrix.Of(rows).MacroF1, resamples, cancellationToken),
            "class_f1_weighted" => OverRows(name, items, ConfusionMatrix.Of(items).WeightedF1, rows => ConfusionMatrix.Of(rows).WeightedF1, resamples, cancellationToken),
            "bleu" => OverCounts(name, [.. items.Select(Bleu.Count)], Bleu.Score, resamples, cancellationToken),
            "chrf" => OverCounts(name, [.. items.Select(Chrf.Count)], Chrf.Score, resamples, cancellationToken),
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
