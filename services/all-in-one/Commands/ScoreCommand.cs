using System.CommandLine;
using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Metrics.Answers;
using LoraMesh.Metrics.Choices;
using LoraMesh.Metrics.Errors;
using LoraMesh.Metrics.Filters;
using LoraMesh.Metrics.Likelihoods;
using LoraMesh.Metrics;
using Spectre.Console;

namespace LoraMesh.AllInOne.Commands;

/// <summary><c>loramesh eval score</c>: metrics of given answers or likelihoods; no model is needed.</summary>
public static class ScoreCommand
{
    private const string Task = "score";

    /// <summary>Makes the command.</summary>
    public static Command Create(Screen screen)
    {
        var input = new Option<string>("--in") { Description = "File of one JSON object a line: {\"prediction\", \"references\"}, {\"loglikelihoods\", \"choices\", \"gold\"} or {\"loglikelihood\", \"text\"}.", HelpName = "FILE", Required = true };
        var metrics = new Option<string[]>("--metrics")
        {
            Description = $"Which to compute, with commas between. Of answers: {string.Join(", ", AnswerMetrics.Names)}. Of choices: {string.Join(", ", ChoiceMetrics.Names)}. Of likelihoods: {string.Join(", ", LikelihoodMetrics.Names)}.",
            HelpName = "NAMES",
            AllowMultipleArgumentsPerToken = true,
        };
        var resamples = new Option<int>("--bootstrap-iters") { Description = "Resamples of a bootstrapped standard error (bleu, chrf: at most 100); 0 for none.", HelpName = "N", DefaultValueFactory = _ => StandardError.DefaultResamples };
        var regex = new Option<string?>("--regex") { Description = "Take what this pattern finds in an answer for the answer.", HelpName = "PATTERN" };
        var select = new Option<int>("--group-select") { Description = "Number of the match to take, from 0; -1 is the last.", HelpName = "N" };
        var fallback = new Option<string>("--fallback") { Description = "What an answer without a match becomes.", HelpName = "TEXT", DefaultValueFactory = _ => "[invalid]" };
        var ignored = new Option<string[]>("--regexes-to-ignore") { Description = "exact_match: patterns whose matches do not count.", HelpName = "PATTERN" };
        var ignoreCase = new Option<bool>("--ignore-case") { Description = "exact_match: case does not count." };
        var ignorePunctuation = new Option<bool>("--ignore-punctuation") { Description = "exact_match: ASCII punctuation does not count." };
        var ignoreNumbers = new Option<bool>("--ignore-numbers") { Description = "exact_match: digits do not count." };
        var command = new TaughtCommand(Task, "Compute metrics of given answers or log-likelihoods, as lm-evaluation-harness computes them.")
        {
            Examples =
            [
                "loramesh eval score --in answers.jsonl --metrics exact_match,f1,rougeL --ignore-case --json",
                "loramesh eval score --in answers.jsonl --metrics exact_match --regex '#### (-?[0-9.,]+)'",
                "loramesh eval score --in choices.jsonl --metrics acc,acc_norm",
            ],
        };
        Option[] options = [input, metrics, resamples, regex, select, fallback, ignored, ignoreCase, ignorePunctuation, ignoreNumbers, SharedOptions.Json()];
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => System.Threading.Tasks.Task.Run(
            () =>
            {
                var rules = new MatchRules
                {
                    RegexesToIgnore = parsed.GetValue(ignored) ?? [],
                    IgnoreCase = parsed.GetValue(ignoreCase),
                    IgnorePunctuation = parsed.GetValue(ignorePunctuation),
                    IgnoreNumbers = parsed.GetValue(ignoreNumbers),
                };
                try
                {
                    var filter = parsed.GetValue(regex) is { } pattern ? new RegexFilter(pattern, parsed.GetValue(select), parsed.GetRequiredValue(fallback)) : null;
                    return Run(screen, parsed.GetRequiredValue(input), Names(parsed.GetValue(metrics)), rules, filter, parsed.GetValue(resamples), cancellationToken);
                }
                catch (MetricException refused)
                {
                    throw new CommandException(ExitCode.WrongCommand, "wrong_metric", refused.Message, refused);
                }
            },
            cancellationToken));
        return command;
    }

    private static string[] Names(string[]? given) => [.. (given ?? []).SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static int Run(Screen screen, string path, string[] names, MatchRules rules, RegexFilter? filter, int resamples, CancellationToken cancellationToken)
    {
        var rows = ScoreRows.Read(path);
        var answers = filter is null ? rows.Answers : [.. rows.Answers.Select(item => item with { Prediction = filter.Apply(item.Prediction) })];
        string[] usual = answers.Count > 0 ? ["exact_match", "f1", "rougeL", "bleu", "chrf"] : rows.Choices.Count > 0 ? ["acc", "acc_norm", "brier_score"] : ["perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte"];
        MetricValue[] found = [.. (names.Length > 0 ? names : usual).Distinct(StringComparer.Ordinal).Select(Compute)];
        Tell(screen, found, rows.Count);
        if (screen.Json)
        {
            Emit(screen, found, rows.Count, filter is null ? "none" : "regex", resamples);
        }

        return ExitCode.Done;

        MetricValue Compute(string name) => answers.Count > 0 ? AnswerMetrics.Compute(name, answers, rules, resamples, cancellationToken)
            : rows.Choices.Count > 0 ? ChoiceMetrics.Compute(name, rows.Choices, resamples, cancellationToken)
            : LikelihoodMetrics.Compute(name, rows.Likelihoods, resamples, cancellationToken);
    }

    private static void Tell(Screen screen, MetricValue[] found, int rows)
    {
        var table = new Table().AddColumns("metric", "value", "standard error", "better");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        foreach (var metric in found)
        {
            table.AddRow(metric.Name, StageText.Number(metric.Value, 4), metric.StandardError is { } error ? "± " + StageText.Number(error, 4) : "", metric.HigherIsBetter ? "higher" : "lower");
        }

        screen.Console.Write(table);
        screen.Line($"{StageText.Count(rows)} rows");
    }

    // The harness's own form, so that what reads its files reads this one, and beside it a plain one.
    private static void Emit(Screen screen, MetricValue[] found, int rows, string filter, int resamples)
    {
        var results = new Dictionary<string, object> { ["alias"] = Task };
        foreach (var metric in found)
        {
            results[$"{metric.Name},{filter}"] = metric.Value;
            results[$"{metric.Name}_stderr,{filter}"] = metric.StandardError is { } error ? error : "N/A";
        }

        screen.Emit(new Dictionary<string, object>
        {
            ["state"] = "scored",
            ["rows"] = rows,
            ["metrics"] = found.ToDictionary(metric => metric.Name, metric => new { value = metric.Value, stderr = metric.StandardError }),
            ["results"] = new Dictionary<string, object> { [Task] = results },
            ["higher_is_better"] = new Dictionary<string, object> { [Task] = found.ToDictionary(metric => metric.Name, metric => metric.HigherIsBetter) },
            ["n-samples"] = new Dictionary<string, object> { [Task] = new { original = rows, effective = rows } },
            ["config"] = new { bootstrap_iters = resamples },
        });
    }
}
