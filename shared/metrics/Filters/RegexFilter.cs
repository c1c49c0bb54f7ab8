using System.Text.RegularExpressions;

namespace LoraMesh.Metrics.Filters;

/// <summary>
/// Takes the part of an answer that counts, as the harness's filter <c>regex</c> does: of all matches one is taken; of that its
/// only group, or of several the first that is not empty, or without groups the whole; white space around it is taken off.
/// </summary>
public sealed class RegexFilter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Regex _pattern;
    private readonly int _select;
    private readonly string _fallback;

    /// <summary>Makes a filter.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="groupSelect">Number of the match to take, from 0, or from -1 for the last.</param>
    /// <param name="fallback">What an answer without a match becomes.</param>
    /// <exception cref="MetricException">The pattern is malformed.</exception>
    public RegexFilter(string pattern, int groupSelect = 0, string fallback = "[invalid]")
    {
        try
        {
            _pattern = new Regex(pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException malformed)
        {
            throw new MetricException($"The pattern '{pattern}' is malformed: {malformed.Message}");
        }

        (_select, _fallback) = (groupSelect, fallback);
    }

    /// <summary>The part of an answer that counts.</summary>
    /// <exception cref="MetricException">The pattern takes longer than a second.</exception>
    public string Apply(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        try
        {
            var matches = _pattern.Matches(answer);
            var at = _select < 0 ? matches.Count + _select : _select;
            return at < 0 || at >= matches.Count ? _fallback : Taken(matches[at]);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new MetricException($"The pattern '{_pattern}' took longer than {Patience.TotalSeconds:0} s on one answer; make it simpler.");
        }
    }

    private string Taken(Match match) => match.Groups.Count switch
    {
        1 => match.Value.Trim(),
        2 => match.Groups[1].Value.Trim(),
        _ => match.Groups.Values.Skip(1).Select(group => group.Value).FirstOrDefault(value => value.Length > 0)?.Trim() ?? _fallback,
    };
}
