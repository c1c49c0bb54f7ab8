using LoraMesh.Contracts;
using Microsoft.Extensions.Options;

namespace LoraMesh.Evaluator.Hooks;

/// <summary>Has the hooks that a project names score every answer, before the gate looks at them.</summary>
public sealed class MetricHooks(IOptions<EvaluatorOptions> options) : IDisposable
{
    private readonly HttpHook _http = new();

    /// <summary>Adds the scores of every hook that the settings name.</summary>
    /// <exception cref="EvaluationFailedException">There is no such hook, or it gave no scores.</exception>
    public async Task<EvaluationReport> AddAsync(EvaluationReport measured, EvaluationConfig config, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(config);
        var scores = new List<HookScores>();
        foreach (var metric in NamesOf(config))
        {
            scores.Add(new HookScores
            {
                Metric = metric,
                Base = await ScoreAsync(metric, measured.Rows, row => row.Base, cancellationToken),
                Candidate = await ScoreAsync(metric, measured.Rows, row => row.Candidate, cancellationToken),
                Champion = measured.Champion is null ? null : await ScoreAsync(metric, measured.Rows, row => row.Champion ?? string.Empty, cancellationToken),
            });
        }

        return measured with { HookScores = scores };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static IEnumerable<string> NamesOf(EvaluationConfig config) =>
        config.Metrics.Append(config.Gate.Metric).Concat(config.Gate.Minimums.Keys).Concat(config.Gate.Maximums.Keys).Where(AnswerMetricNames.IsHook).Distinct(StringComparer.Ordinal);

    private async Task<double[]> ScoreAsync(string metric, IReadOnlyList<EvaluatedRow> rows, Func<EvaluatedRow, string> answer, CancellationToken cancellationToken)
    {
        var name = metric[AnswerMetricNames.HookPrefix.Length..];
        if (!options.Value.Hooks.TryGetValue(name, out var hook))
        {
            throw new EvaluationFailedException("unknown_hook", $"project.yaml names {metric}; the evaluator knows {(options.Value.Hooks.Count == 0 ? "no hook" : string.Join(", ", options.Value.Hooks.Keys.Order(StringComparer.Ordinal)))}. The operator sets hooks as Evaluator:Hooks:NAME.");
        }

        try
        {
            List<HookRow> asked = [.. rows.Select(row => new HookRow(row.Question, row.Reference, answer(row)))];
            return hook.Command.Count > 0 ? await ProcessHook.ScoreAsync(hook, asked, cancellationToken) : await _http.ScoreAsync(hook, asked, cancellationToken);
        }
        catch (HookFailedException problem)
        {
            throw new EvaluationFailedException("hook_failed", $"The hook {metric} gave no scores: {problem.Message}.");
        }
    }
}
