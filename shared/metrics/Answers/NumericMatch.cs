using System.Globalization;

namespace LoraMesh.Metrics.Answers;

/// <summary>Answers that are to be a number: <c>1,250.0</c>, <c>$1250</c> and <c>1250</c> are the same.</summary>
internal static class NumericMatch
{
    // Far below what answers are written with, far above what parsing rounds away.
    private const double Tolerance = 1e-9;

    public static double Of(string answer, string reference) =>
        Parse(reference) is var wanted && !double.IsNaN(wanted)
            ? Math.Abs(Parse(answer) - wanted) <= Tolerance * Math.Max(1, Math.Abs(wanted)) ? 1 : 0
            : throw new MetricException($"A reference is to be a number, but is '{reference}'.");

    private static double Parse(string text)
    {
        var bare = text.Trim().TrimEnd('.', '%').TrimStart('$', '€', '£').Replace(",", "", StringComparison.Ordinal).Trim();
        return double.TryParse(bare, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }
}
