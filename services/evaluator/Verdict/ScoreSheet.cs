using LoraMesh.Contracts;
using LoraMesh.Metrics;
using LoraMesh.Metrics.Answers;
using LoraMesh.Metrics.Errors;

namespace LoraMesh.Evaluator.Verdict;

/// <summary>Everything that a gate looks at in a report: contenders, sets, and figures row by row.</summary>
internal sealed class ScoreSheet
{
    private readonly AnswerScoring _scoring;
    private readonly Dictionary<(string Contender, string Metric, string? Set), double[]> _scores = [];

    internal ScoreSheet(EvaluationReport report, EvaluationConfig config)
    {
        Report = report;
        _scoring = new AnswerScoring(config);
        Candidate = new Contender("candidate", report.Candidate, report.Losses?.Candidate, row => row.Candidate);
        Others = report.Champion is { } champion
            ? [Base(report), new Contender("champion", champion, report.Losses?.Champion, row => row.Champion ?? string.Empty)]
            : [Base(report)];
        Sets = [.. report.Rows.GroupBy(row => row.Set).Select(set => new RowSet(set.Key, [.. set]))];
        HeldOut = Sets.FirstOrDefault(set => set.Name is null) ?? new RowSet(null, []);
    }

    internal EvaluationReport Report { get; }

    internal Contender Candidate { get; }

    /// <summary>The base and, where there is one, the champion.</summary>
    internal IReadOnlyList<Contender> Others { get; }

    /// <summary>The held-out rows that were asked.</summary>
    internal RowSet HeldOut { get; }

    /// <summary>All sets, the held-out rows among them.</summary>
    internal IReadOnlyList<RowSet> Sets { get; }

    /// <summary>Whether the losses belong to the held-out rows one by one.</summary>
    internal bool LossesAreOfRows => Report.Losses is { } losses && losses.Candidate.Count == HeldOut.Rows.Count;

    /// <summary>A figure of every row of a set, in order.</summary>
    /// <exception cref="Metrics.MetricException">It is not defined for a row.</exception>
    internal double[] Scores(Contender contender, RowSet set, string metric)
    {
        if (!_scores.TryGetValue((contender.Name, metric, set.Name), out var scores))
        {
            _scores[(contender.Name, metric, set.Name)] = scores = AnswerMetricNames.IsHook(metric)
                ? Hooked(contender, set, metric)
                : [.. set.Rows.Select(row => _scoring.Score(metric, contender.Answer(row), row.Reference))];
        }

        return scores;
    }

    /// <summary>A figure of all contenders on a set.</summary>
    /// <exception cref="Metrics.MetricException">It is not defined for these rows.</exception>
    internal MetricFigures Figures(RowSet set, string metric)
    {
        var higher = true;
        return new MetricFigures
        {
            Set = set.Name,
            Metric = metric,
            Rows = set.Rows.Count,
            Base = Of(Others[0]),
            Candidate = Of(Candidate),
            Champion = Others.Count > 1 ? Of(Others[1]) : null,
            HigherIsBetter = higher,
        };

        MetricFigure Of(Contender contender)
        {
            if (AnswerMetricNames.IsHook(metric))
            {
                var scores = Scores(contender, set, metric);
                return new MetricFigure { Value = scores.Average(), Stderr = StandardError.OfMean(scores) };
            }

            var value = AnswerMetrics.Compute(metric, [.. set.Rows.Select(row => _scoring.Item(contender.Answer(row), row.Reference))], _scoring.Rules, StandardError.DefaultResamples);
            higher = value.HigherIsBetter;
            return new MetricFigure { Value = value.Value, Stderr = value.StandardError };
        }
    }

    // The scores lie in the order of all rows of the report.
    private double[] Hooked(Contender contender, RowSet set, string metric)
    {
        var found = Report.HookScores.FirstOrDefault(hook => hook.Metric == metric) ?? throw new MetricException($"{metric} was not measured.");
        var scores = contender.Name switch { "base" => found.Base, "candidate" => found.Candidate, _ => found.Champion ?? [] };
        return [.. Report.Rows.Zip(scores).Where(entry => entry.First.Set == set.Name).Select(entry => entry.Second)];
    }

    private static Contender Base(EvaluationReport report) => new("base", report.Base, report.Losses?.Base, row => row.Base);
}

/// <summary>Rows that belong together.</summary>
/// <param name="Name">File name of the regression set; null for the held-out rows.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record RowSet(string? Name, IReadOnlyList<EvaluatedRow> Rows);
