namespace LoraMesh.Metrics.Errors;

/// <summary>How far a figure may be off by the choice of rows, as lm-evaluation-harness computes it.</summary>
public static class StandardError
{
    /// <summary>Resamples that the harness draws where it is not told otherwise; of BLEU and chrF it draws at most 100.</summary>
    public const int DefaultResamples = 100_000;

    private const int Chunk = 1000;

    /// <summary>Of a mean: s / √n with n - 1; null for fewer than two rows.</summary>
    public static double? OfMean(IReadOnlyCollection<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Count < 2 ? null : Sums.SampleDeviation(values) / Math.Sqrt(values.Count);
    }

    /// <summary>
    /// Of any statistic: the deviation of its values over resamples drawn with replacement, the i-th thousand of them by
    /// Python's generator seeded with i.
    /// </summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="resamples">How many resamples; whole thousands count, or all where there are fewer than a thousand.</param>
    /// <param name="statistic">The statistic over rows by number; called from several threads.</param>
    /// <param name="cancellationToken">Ends the work between two thousands.</param>
    public static double? Bootstrap(int rows, int resamples, Func<int[], double> statistic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        if (rows == 0 || resamples < 2)
        {
            return null;
        }

        var size = Math.Min(Chunk, resamples);
        var values = new double[resamples / size * size];
        Parallel.For(0, resamples / size, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, chunk =>
        {
            var random = new PythonRandom((uint)chunk);
            var drawn = new int[rows];
            for (var i = 0; i < size; i++)
            {
                for (var row = 0; row < rows; row++)
                {
                    drawn[row] = (int)Math.Floor(random.Next() * rows);
                }

                values[(chunk * size) + i] = statistic(drawn);
            }
        });
        return Sums.SampleDeviation(values);
    }

    /// <summary>Of a group of tasks from those of its tasks: √(Σ nᵢ(nᵢ - 1)seᵢ² / (N - k) / N).</summary>
    /// <param name="parts">Standard error and number of rows of each task.</param>
    public static double Pooled(IReadOnlyCollection<(double StandardError, int Rows)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        double total = parts.Sum(part => part.Rows);
        return Math.Sqrt(Sums.Sum(parts.Select(part => (part.Rows - 1) * part.StandardError * part.StandardError * part.Rows)) / (total - parts.Count) / total);
    }
}
