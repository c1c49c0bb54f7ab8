namespace LoraMesh.Trainer.Sweeps;

/// <summary>
/// Ends a trial whose best figure so far is worse than the median of what finished trials averaged up to the same step (Golovin et
/// al., 2017, Google Vizier, doi:10.1145/3097983.3098043, section 3.2).
/// </summary>
/// <param name="greaterIsBetter">Whether more of the figure is better.</param>
internal sealed class MedianRule(bool greaterIsBetter)
{
    // Fewer say little of what is usual; Katib's default.
    private const int Fewest = 3;

    private readonly List<IReadOnlyList<(int Step, double Figure)>> _finished = [];

    /// <summary>Takes a finished trial into account.</summary>
    internal void Finish(IReadOnlyList<(int Step, double Figure)> curve) => _finished.Add(curve);

    /// <summary>Whether a trial with this curve so far is to end.</summary>
    internal bool Ends(IReadOnlyList<(int Step, double Figure)> curve)
    {
        if (curve.Count == 0)
        {
            return false;
        }

        var step = curve[^1].Step;
        double[] averages = [.. _finished.Select(other => other.Where(point => point.Step <= step).Select(point => point.Figure).ToList()).Where(figures => figures.Count > 0).Select(figures => figures.Average()).Order()];
        if (averages.Length < Fewest)
        {
            return false;
        }

        var middle = averages.Length / 2;
        var median = averages.Length % 2 == 1 ? averages[middle] : (averages[middle - 1] + averages[middle]) / 2;
        return greaterIsBetter ? curve.Max(point => point.Figure) < median : curve.Min(point => point.Figure) > median;
    }
}
