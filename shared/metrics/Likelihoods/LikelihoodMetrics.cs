using System.Text;
using LoraMesh.Metrics.Errors;

namespace LoraMesh.Metrics.Likelihoods;

/// <summary>Figures over log-likelihoods of texts.</summary>
public static class LikelihoodMetrics
{
    /// <summary>The figures there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte", "acc"];

    /// <summary>Computes one.</summary>
    /// <exception cref="MetricException">It is not defined for these rows.</exception>
    public static MetricValue Compute(string name, IReadOnlyList<LikelihoodItem> items, int resamples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        return name switch
        {
            "perplexity" => Perplexity(items, resamples, cancellationToken),
            "word_perplexity" => new MetricValue(name, Math.Exp(-PerUnit(items, name, item => PythonText.CountParts(item.Text))), null, HigherIsBetter: false),
            "byte_perplexity" => new MetricValue(name, Math.Exp(-PerUnit(items, name, item => Encoding.UTF8.GetByteCount(item.Text))), null, HigherIsBetter: false),
            "bits_per_byte" => new MetricValue(name, -PerUnit(items, name, item => Encoding.UTF8.GetByteCount(item.Text)) / Math.Log(2), null, HigherIsBetter: false),
            "acc" => Accuracy(items),
            _ => throw new MetricException($"'{name}' is no metric over likelihoods; there are {string.Join(", ", Names)}."),
        };
    }

    private static MetricValue Perplexity(IReadOnlyList<LikelihoodItem> items, int resamples, CancellationToken cancellationToken)
    {
        var values = items.Select(item => item.LogLikelihood).ToArray();
        var error = StandardError.Bootstrap(values.Length, resamples, rows => Math.Exp(-Sums.Sum(rows.Select(row => values[row])) / rows.Length), cancellationToken);
        return new MetricValue("perplexity", Math.Exp(-Sums.Mean(values)), error, HigherIsBetter: false);
    }

    private static MetricValue Accuracy(IReadOnlyList<LikelihoodItem> items)
    {
        var hits = items.Select((item, row) => item.IsGreedy is { } greedy ? (greedy ? 1.0 : 0.0) : throw new MetricException($"acc needs is_greedy; row {row + 1} has none.")).ToArray();
        return new MetricValue("acc", Sums.Mean(hits), StandardError.OfMean(hits), HigherIsBetter: true);
    }

    private static double PerUnit(IReadOnlyList<LikelihoodItem> items, string name, Func<LikelihoodItem, long> units)
    {
        var total = items.Sum(units);
        return total > 0 ? Sums.Sum(items.Select(item => item.LogLikelihood)) / total : throw new MetricException($"{name} needs text; all rows are empty.");
    }
}
