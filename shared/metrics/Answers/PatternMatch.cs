using System.Text.RegularExpressions;

namespace LoraMesh.Metrics.Answers;

/// <summary>Answers in which a pattern is to occur.</summary>
internal static class PatternMatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether it occurs; anchors make it the whole answer.</summary>
    /// <exception cref="MetricException">The pattern is malformed or too slow.</exception>
    public static bool Is(string answer, string pattern)
    {
        try
        {
            return Regex.IsMatch(answer, pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException malformed)
        {
            throw new MetricException($"The pattern '{pattern}' is malformed: {malformed.Message}");
        }
        catch (RegexMatchTimeoutException)
        {
            throw new MetricException($"The pattern '{pattern}' took longer than {Patience.TotalSeconds:0} s on one answer; make it simpler.");
        }
    }
}
