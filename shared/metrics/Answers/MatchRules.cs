using System.Text.RegularExpressions;

namespace LoraMesh.Metrics.Answers;

/// <summary>What an exact match looks past, applied to answer and reference alike in the order of the members.</summary>
public sealed record MatchRules
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Patterns whose matches are taken out.</summary>
    public IReadOnlyList<string> RegexesToIgnore { get; init; } = [];

    /// <summary>Whether case is looked past.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>Whether ASCII punctuation is taken out.</summary>
    public bool IgnorePunctuation { get; init; }

    /// <summary>Whether the digits 0 to 9 are taken out.</summary>
    public bool IgnoreNumbers { get; init; }

    /// <summary>What is left of a text.</summary>
    /// <exception cref="MetricException">A pattern is malformed, or takes longer than a second.</exception>
    public string Apply(string text)
    {
        foreach (var pattern in RegexesToIgnore)
        {
            text = Remove(text, pattern);
        }

        text = IgnoreCase ? PythonText.Lower(text) : text;
        text = IgnorePunctuation ? PythonText.Without(text, PythonText.IsPunctuation) : text;
        return IgnoreNumbers ? PythonText.Without(text, char.IsAsciiDigit) : text;
    }

    private static string Remove(string text, string pattern)
    {
        try
        {
            return Regex.Replace(text, pattern, string.Empty, RegexOptions.CultureInvariant, Patience);
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
