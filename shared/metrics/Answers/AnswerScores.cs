namespace LoraMesh.Metrics.Answers;

/// <summary>Figures of a single answer, of which the figure over all rows is the mean.</summary>
public static class AnswerScores
{
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

    /// <summary>The figures there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Best.Keys.Concat(["exact_match", "regex_match", "json_valid", "class_accuracy"]).Order(StringComparer.Ordinal)];

    /// <summary>Computes one of one answer; the reference that fits best counts.</summary>
    /// <exception cref="MetricException">It is not defined for this answer, or there is no such figure.</exception>
    public static double Of(string name, AnswerItem item, MatchRules rules)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(rules);
        if (Best.TryGetValue(name, out var score))
        {
            return item.References.Max(reference => score(item.Prediction, reference));
        }

        return name switch
        {
            "exact_match" => rules.Apply(item.Prediction) is var answer && item.References.Any(reference => rules.Apply(reference) == answer) ? 1 : 0,
            "regex_match" => item.References.Any(pattern => PatternMatch.Is(item.Prediction, pattern)) ? 1 : 0,
            "json_valid" => JsonAnswers.IsValid(item.Prediction) ? 1 : 0,
            "class_accuracy" => item.References.Contains(item.Prediction.Trim(), StringComparer.Ordinal) ? 1 : 0,
            _ => throw new MetricException($"'{name}' is no figure of a single answer; there are {string.Join(", ", Names)}."),
        };
    }
}
