namespace LoraMesh.Benchmarks;

/// <summary>
/// Measures several actions beside each other. They take turns, so that a busy machine slows all of them alike; a
/// figure is the median of the processor time of its turns, garbage collection included, waiting left out.
/// </summary>
internal static class Interleaved
{
    private const int WarmUps = 2;

    /// <summary>The median processor seconds of each action, in their order.</summary>
    public static double[] Measure(int rounds, params Action[] actions)
    {
        var seconds = actions.Select(_ => new double[rounds]).ToArray();
        for (var round = -WarmUps; round < rounds; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                var before = Environment.CpuUsage.TotalTime;
                actions[i]();
                if (round >= 0)
                {
                    seconds[i][round] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
                }
            }
        }

        return [.. seconds.Select(Median)];
    }

    /// <summary>The middle of the values, the mean of the middle two where their count is even.</summary>
    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
