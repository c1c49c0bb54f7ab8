using System.Text;
using LoraMesh.Metrics.Errors;

namespace LoraMesh.Metrics.Choices;

/// <summary>Figures over multiple-choice questions.</summary>
public static class ChoiceMetrics
{
    /// <summary>The figures there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["acc", "acc_norm", "acc_bytes", "acc_mutual_info", "exact_match", "brier_score", "f1", "mcc"];

    /// <summary>Computes one.</summary>
    /// <exception cref="MetricException">It is not defined for these rows.</exception>
    public static MetricValue Compute(string name, IReadOnlyList<ChoiceItem> items, int resamples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        return name switch
        {
            "acc" => Share(name, items, (item, _) => IsHit(item, Best(item.LogLikelihoods))),
            "acc_norm" => Share(name, items, (item, _) => IsHit(item, Best(item.LogLikelihoods.Select((value, i) => value / PythonText.CodePoints(item.Choices[i]))))),
            "acc_bytes" => Share(name, items, (item, _) => IsHit(item, Best(item.LogLikelihoods.Select((value, i) => value / Encoding.UTF8.GetByteCount(item.Choices[i]))))),
            "acc_mutual_info" => Share(name, items, (item, row) => IsHit(item, Best(item.LogLikelihoods.Zip(Needed(item.Unconditional, name, "unconditional_loglikelihoods", row), (with, without) => with - without)))),
            "exact_match" => Share(name, items, (item, row) => Needed(item.IsGreedy, name, "is_greedy", row) is var greedy && item.Gold.Any(gold => gold >= 0 && gold < greedy.Count && greedy[gold])),
            "brier_score" => new MetricValue(name, Sums.Mean([.. items.Select(Brier)]), null, HigherIsBetter: false),
            "f1" => OverPairs(name, items, ClassAgreement.BinaryF1, resamples, cancellationToken),
            "mcc" => OverPairs(name, items, ClassAgreement.Matthews, resamples, cancellationToken),
            _ => throw new MetricException($"'{name}' is no metric over choices; there are {string.Join(", ", Names)}."),
        };
    }

    private static MetricValue Share(string name, IReadOnlyList<ChoiceItem> items, Func<ChoiceItem, int, bool> isHit)
    {
        var hits = items.Select((item, row) => isHit(item, row) ? 1.0 : 0.0).ToArray();
        return new MetricValue(name, Sums.Mean(hits), StandardError.OfMean(hits), HigherIsBetter: true);
    }

    private static MetricValue OverPairs(string name, IReadOnlyList<ChoiceItem> items, Func<IEnumerable<(int Gold, int Predicted)>, double> statistic, int resamples, CancellationToken cancellationToken)
    {
        var pairs = items.Select((item, row) => item.Gold.Count == 1 ? (item.Gold[0], Best(item.LogLikelihoods)) : throw new MetricException($"{name} needs one right choice a row; row {row + 1} has {item.Gold.Count}.")).ToArray();
        if (name == "f1" && pairs.FirstOrDefault(pair => pair.Item1 is not (0 or 1) || pair.Item2 is not (0 or 1)) is var other && other != default)
        {
            throw new MetricException($"f1 is over two choices, numbered 0 and 1; one row has the choices {other.Item1} and {other.Item2}. Use acc or mcc.");
        }

        var error = StandardError.Bootstrap(pairs.Length, resamples, rows => statistic(rows.Select(row => pairs[row])), cancellationToken);
        return new MetricValue(name, statistic(pairs), error, HigherIsBetter: true);
    }

    // The first of several that are equally likely, as numpy's argmax takes it.
    private static int Best(IEnumerable<double> values)
    {
        var (best, at, highest) = (0, 0, double.NegativeInfinity);
        foreach (var value in values)
        {
            if (value > highest || double.IsNaN(value))
            {
                (best, highest) = (at, value);
            }

            if (double.IsNaN(value))
            {
                break;
            }

            at++;
        }

        return best;
    }

    private static bool IsHit(ChoiceItem item, int predicted) => item.Gold.Contains(predicted);

    private static double Brier(ChoiceItem item)
    {
        var highest = item.LogLikelihoods.Max();
        var powers = item.LogLikelihoods.Select(value => Math.Exp(value - highest)).ToArray();
        var total = powers.Sum();
        return powers.Select((power, choice) => Math.Pow((power / total) - (item.Gold.Contains(choice) ? 1 : 0), 2)).Sum();
    }

    private static IReadOnlyList<T> Needed<T>(IReadOnlyList<T>? values, string name, string field, int row) =>
        values ?? throw new MetricException($"{name} needs {field}; row {row + 1} has none.");
}
