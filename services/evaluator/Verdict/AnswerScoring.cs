using LoraMesh.Contracts;
using LoraMesh.Metrics.Answers;
using LoraMesh.Metrics.Filters;

namespace LoraMesh.Evaluator.Verdict;

/// <summary>Turns an answer and its reference into figures, as a project's settings say: white space around both aside, the filter first.</summary>
internal sealed class AnswerScoring
{
    private readonly RegexFilter? _filter;
    private readonly MatchRules _rules;

    /// <exception cref="Metrics.MetricException">The filter's pattern is malformed.</exception>
    internal AnswerScoring(EvaluationConfig config)
    {
        _filter = config.Filter is { } filter ? new RegexFilter(filter.RegexPattern, filter.GroupSelect, filter.Fallback) : null;
        _rules = new MatchRules
        {
            IgnoreCase = config.Match.IgnoreCase,
            IgnorePunctuation = config.Match.IgnorePunctuation,
            IgnoreNumbers = config.Match.IgnoreNumbers,
            RegexesToIgnore = config.Match.RegexesToIgnore,
        };
    }

    /// <summary>The harness's name of the filter.</summary>
    internal string FilterName => _filter is null ? "none" : "regex";

    /// <summary>What an exact match looks past.</summary>
    internal MatchRules Rules => _rules;

    /// <summary>The answer as figures take it.</summary>
    internal AnswerItem Item(string answer, string reference) => new(_filter?.Apply(answer.Trim()) ?? answer.Trim(), [reference.Trim()]);

    /// <summary>A figure of one answer.</summary>
    /// <exception cref="Metrics.MetricException">It is not defined for this answer.</exception>
    internal double Score(string metric, string answer, string reference) => AnswerScores.Of(metric, Item(answer, reference), _rules);
}
