namespace LoraMesh.Metrics.Errors;

/// <summary>Sums and means in Neumaier's compensated arithmetic, which Python's <c>sum</c> has used since 3.12.</summary>
internal static class Sums
{
    public static double Sum(IEnumerable<double> values)
    {
        double sum = 0, lost = 0;
        foreach (var value in values)
        {
            var next = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }

        return double.IsFinite(lost) ? sum + lost : sum;
    }

    public static double Mean(IReadOnlyCollection<double> values) => Sum(values) / values.Count;

    /// <summary>Standard deviation of a sample, with n - 1.</summary>
    public static double SampleDeviation(IReadOnlyCollection<double> values)
    {
        var mean = Mean(values);
        return Math.Sqrt(Sum(values.Select(value => (value - mean) * (value - mean))) / (values.Count - 1));
    }
}
