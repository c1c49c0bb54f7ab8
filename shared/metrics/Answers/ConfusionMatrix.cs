namespace LoraMesh.Metrics.Answers;

/// <summary>Right classes against predicted ones; every text that occurs is a class, white space around it taken off.</summary>
public sealed class ConfusionMatrix
{
    private readonly Dictionary<(string Gold, string Predicted), long> _cells;

    private ConfusionMatrix(Dictionary<(string, string), long> cells)
    {
        _cells = cells;
        Classes = [.. cells.Keys.SelectMany(cell => new[] { cell.Item1, cell.Item2 }).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The classes in order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many rows of a class were predicted as another.</summary>
    public long this[string gold, string predicted] => _cells.GetValueOrDefault((gold, predicted));

    /// <summary>Mean of the classes' F1; a class that is neither right nor predicted has 0.</summary>
    public double MacroF1 => Classes.Average(F1);

    /// <summary>Mean of the classes' F1 weighted by their rows.</summary>
    public double WeightedF1 => Classes.Sum(name => F1(name) * Rows(name)) / _cells.Values.Sum();

    /// <summary>Counts rows.</summary>
    /// <exception cref="MetricException">A row has several right classes.</exception>
    public static ConfusionMatrix Of(IEnumerable<AnswerItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new ConfusionMatrix(items.Select(item => (Single(item), item.Prediction.Trim())).CountBy(cell => cell).ToDictionary(cell => cell.Key, cell => (long)cell.Value));

        static string Single(AnswerItem item) => item.References.Count == 1
            ? item.References[0].Trim()
            : throw new MetricException($"Classes need one reference a row; one has {item.References.Count}: {string.Join(", ", item.References.Take(3))}.");
    }

    private double F1(string name) => 2.0 * this[name, name] / (Rows(name) + _cells.Where(cell => cell.Key.Predicted == name).Sum(cell => cell.Value));

    private double Rows(string name) => _cells.Where(cell => cell.Key.Gold == name).Sum(cell => cell.Value);
}
