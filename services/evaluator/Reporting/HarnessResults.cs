using System.Text.Json.Nodes;
using LoraMesh.Contracts;

namespace LoraMesh.Evaluator.Reporting;

/// <summary>
/// A report as lm-evaluation-harness writes its results (evaluator.py and loggers/evaluation_tracker.py), so that tools
/// that read those read it: one file for a contender, one task for the held-out rows, one for each regression set.
/// </summary>
internal static class HarnessResults
{
    /// <summary>Version of the tasks: of what a figure is computed of.</summary>
    private const int TaskVersion = 1;

    /// <summary>The contenders of a report by name, each with its results.</summary>
    /// <param name="project">The project, whose name the tasks bear.</param>
    /// <param name="model">Name of the base model.</param>
    /// <param name="report">What was measured.</param>
    /// <param name="config">How.</param>
    /// <param name="now">When.</param>
    internal static IReadOnlyDictionary<string, JsonObject> Of(string project, string model, EvaluationReport report, EvaluationConfig config, DateTimeOffset now)
    {
        var results = new Dictionary<string, JsonObject>
        {
            ["base"] = Write(report.Base, figures => figures.Base, $"pretrained={model}"),
            ["candidate"] = Write(report.Candidate, figures => figures.Candidate, $"pretrained={model},peft=candidate"),
        };
        if (report.Champion is { } champion)
        {
            results["champion"] = Write(champion, figures => figures.Champion!, $"pretrained={model},peft=champion");
        }

        return results;

        JsonObject Write(Figures figures, Func<MetricFigures, MetricFigure> choose, string arguments)
        {
            var tasks = report.Metrics.GroupBy(metric => metric.Set).ToDictionary(set => set.Key is null ? project : $"{project}/{set.Key}");
            var root = new JsonObject { ["results"] = new JsonObject(), ["group_subtasks"] = new JsonObject(), ["configs"] = new JsonObject(), ["versions"] = new JsonObject(), ["n-shot"] = new JsonObject(), ["higher_is_better"] = new JsonObject(), ["n-samples"] = new JsonObject() };
            foreach (var (task, metrics) in tasks)
            {
                root["results"]![task] = Results(task, metrics, choose, config);
                root["group_subtasks"]![task] = new JsonArray();
                root["configs"]![task] = Config(task, config);
                root["versions"]![task] = TaskVersion;
                root["n-shot"]![task] = 0;
                root["higher_is_better"]![task] = new JsonObject([.. metrics.Select(metric => KeyValuePair.Create(metric.Metric, (JsonNode?)metric.HigherIsBetter))]);
                root["n-samples"]![task] = new JsonObject { ["original"] = metrics.First().Rows, ["effective"] = metrics.First().Rows };
            }

            if (root["results"]![project] is JsonObject heldOut)
            {
                heldOut["loss,none"] = figures.Loss;
                heldOut["loss_stderr,none"] = "N/A";
                root["higher_is_better"]![project]!["loss"] = false;
            }

            root["config"] = new JsonObject { ["model"] = "loramesh", ["model_args"] = arguments, ["batch_size"] = "auto", ["bootstrap_iters"] = 100_000, ["gen_kwargs"] = Generation(config) };
            root["date"] = now.ToUnixTimeMilliseconds() / 1000.0;
            return root;
        }
    }

    private static JsonObject Results(string task, IEnumerable<MetricFigures> metrics, Func<MetricFigures, MetricFigure> choose, EvaluationConfig config)
    {
        var filter = config.Filter is null ? "none" : "regex";
        var results = new JsonObject { ["alias"] = task };
        foreach (var metric in metrics)
        {
            var figure = choose(metric);
            results[$"{metric.Metric},{filter}"] = figure.Value;
            results[$"{metric.Metric}_stderr,{filter}"] = figure.Stderr is { } error ? error : "N/A";
        }

        return results;
    }

    private static JsonObject Config(string task, EvaluationConfig config) => new()
    {
        ["task"] = task,
        ["output_type"] = "generate_until",
        ["generation_kwargs"] = Generation(config),
        ["repeats"] = 1,
        ["num_fewshot"] = 0,
        ["metadata"] = new JsonObject { ["version"] = TaskVersion, ["chat_template"] = true },
    };

    private static JsonObject Generation(EvaluationConfig config) => new()
    {
        ["until"] = new JsonArray([.. config.Stop.Select(stop => (JsonNode)stop)]),
        ["do_sample"] = false,
        ["temperature"] = 0.0,
        ["max_gen_toks"] = config.MaxNewTokens,
    };
}
