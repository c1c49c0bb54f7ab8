namespace LoraMesh.Control.Dashboard.Charts;

/// <summary>From values to places on an axis, with round marks.</summary>
/// <param name="From">Value at the axis' start.</param>
/// <param name="To">Value at its end; above <paramref name="From"/>.</param>
/// <param name="Marks">Round values between them.</param>
public sealed record PlotScale(double From, double To, IReadOnlyList<double> Marks)
{
    private const int MaxMarks = 12;

    /// <summary>A scale that holds all values, about so many marks apart by 1, 2 or 5 times a power of ten.</summary>
    /// <param name="values">The values; what is no number is left out.</param>
    /// <param name="marks">About how many stretches between marks.</param>
    /// <param name="isCount">Whether they count something: marks are whole then, and the ends are the first and the last.</param>
    public static PlotScale Of(IEnumerable<double> values, int marks = 4, bool isCount = false)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(double.IsFinite))
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        if (low > high)
        {
            (low, high) = (0, 1);
        }

        if (high - low < 1e-12 * Math.Max(1e-300, Math.Abs(high)) || high == low)
        {
            var room = high == 0 ? 1 : Math.Abs(high) * 0.1;
            (low, high) = (low - room, high + room);
        }

        var step = isCount ? Math.Max(1, Step((high - low) / marks)) : Step((high - low) / marks);
        var (from, to) = !isCount ? (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step) : (low, high);
        var found = new List<double>();
        for (var mark = Math.Ceiling(from / step - 1e-9); mark * step <= to + step * 1e-9 && found.Count < MaxMarks; mark++)
        {
            found.Add(mark * step);
        }

        return new PlotScale(from, to, found);
    }

    /// <summary>Where a value lies between the ends, 0 to 1.</summary>
    public double Share(double value) => (value - From) / (To - From);

    private static double Step(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
