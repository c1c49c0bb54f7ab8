using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer.Sweeps;

/// <summary>
/// A search over settings by hand: one training after the other into one folder, with <c>sweep.json</c> and <c>sweep.md</c>. Started
/// again it goes on where it was: finished trials are not repeated.
/// </summary>
/// <param name="modelFolder">Base model as a Hugging Face folder.</param>
/// <param name="read">Reads the data for some settings.</param>
/// <param name="sweep">What is tried.</param>
public sealed class FolderSweep(string modelFolder, Func<TrainingConfig, TrainingData> read, SweepSettings sweep)
{
    private const string Outcomes = "sweep.json";

    /// <summary>Clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Settings with what a search needs beside: measurements, and the best of each trial.</summary>
    public static TrainingConfig Measured(TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.EvalStrategy is null ? config with { EvalStrategy = "steps", EvalSteps = 0.1, LoadBestModelAtEnd = true } : config with { LoadBestModelAtEnd = true };
    }

    /// <summary>Runs all trials.</summary>
    /// <param name="output">Folder to write to.</param>
    /// <param name="progress">Hears of every step of every trial.</param>
    /// <param name="cancellationToken">Ends it; what was reached is kept.</param>
    /// <returns>The outcomes, best first; those without a figure last.</returns>
    /// <exception cref="InvalidDataException">What an earlier run wrote cannot be read.</exception>
    public async Task<IReadOnlyList<TrialOutcome>> RunAsync(string output, Action<SweepTrial, StepReport> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(output);
        var metric = Selection.MetricOf(sweep.Trials[0].Config);
        var greater = Selection.GreaterIsBetter(sweep.Trials[0].Config);
        var rule = new MedianRule(greater);
        var known = Known(output);
        List<TrialOutcome> outcomes = [];
        foreach (var trial in sweep.Trials)
        {
            var outcome = known.Find(other => Is(other, trial)) ?? await TryAsync(output, trial, metric, rule, progress, cancellationToken);
            outcomes.Add(outcome);
            if (outcome.State == "trained")
            {
                rule.Finish([.. outcome.Curve.Select(point => (point.Step, point.Figure))]);
            }

            var ordered = Order(outcomes, greater);
            await WriteAsync(Path.Combine(output, Outcomes), JsonSerializer.Serialize(ordered, ContractsJson.Options), cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(output, "sweep.md"), Report(ordered, metric), cancellationToken);
        }

        return Order(outcomes, greater);
    }

    private async Task<TrialOutcome> TryAsync(string output, SweepTrial trial, string metric, MedianRule rule, Action<SweepTrial, StepReport> progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<TrialPoint> curve = [];
        var (steps, state) = (0, "trained");
        string? reason = null;
        var draft = new TrialOutcome(trial.Number, trial.Values, state, 0, null, null, null) { SettingsSha256 = Digest(trial) };
        try
        {
            var training = new FolderTraining(modelFolder, read(trial.Config), trial.Config, initialAdapter: null) { Checkpoints = Path.Combine(output, "checkpoints", draft.Folder), Clock = Clock };
            var all = await training.RunAsync(Path.Combine(output, draft.Folder), $"trial {trial.Number} of a search by LoraMesh.", Tell, stop.Token);
            // Those before an interruption too.
            curve = [.. all.Where(step => step.Eval is not null).Select(step => new TrialPoint(step.Step, step.Eval!.Of(metric)))];
            steps = all[^1].Step;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            state = "stopped";
        }
        catch (TrainingFailedException problem)
        {
            (state, reason) = ("failed", problem.Message);
        }

        var best = curve.Count == 0 ? null : Selection.GreaterIsBetter(trial.Config) ? curve.MaxBy(point => point.Figure) : curve.MinBy(point => point.Figure);
        return draft with { State = state, Steps = steps, Metric = best?.Figure, BestStep = best?.Step, Reason = reason, Curve = curve };

        void Tell(StepReport step)
        {
            steps = step.Step;
            if (step.Eval is not null)
            {
                curve.Add(new TrialPoint(step.Step, step.Eval.Of(metric)));
                if (sweep.StopsByMedian && step.Step < step.TotalSteps && rule.Ends([.. curve.Select(point => (point.Step, point.Figure))]))
                {
                    stop.Cancel();
                }
            }

            progress(trial, step);
        }
    }

    // What an earlier run of the same search wrote.
    private static List<TrialOutcome> Known(string output)
    {
        var path = Path.Combine(output, Outcomes);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<List<TrialOutcome>>(File.ReadAllText(path), ContractsJson.Options) ?? [] : [];
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not what a search wrote: {problem.Message} Remove it to try everything again, or write to another folder.", problem);
        }
    }

    // As a whole or not at all: whoever is killed goes on by it.
    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        var draft = path + ".part";
        await File.WriteAllTextAsync(draft, text, cancellationToken);
        File.Move(draft, path, overwrite: true);
    }

    private static bool Is(TrialOutcome outcome, SweepTrial trial) =>
        outcome.Number == trial.Number && outcome.SettingsSha256 == Digest(trial);

    private static string Digest(SweepTrial trial) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(trial.Config, ContractsJson.Options)));

    private static List<TrialOutcome> Order(List<TrialOutcome> outcomes, bool greater) =>
        [.. outcomes.OrderBy(outcome => outcome.State != "trained").ThenBy(outcome => outcome.Metric is null).ThenBy(outcome => greater ? -outcome.Metric : outcome.Metric).ThenBy(outcome => outcome.Number)];

    private static string Report(List<TrialOutcome> outcomes, string metric)
    {
        var keys = outcomes.SelectMany(outcome => outcome.Values.Keys).Distinct().ToList();
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| trial | {string.Join(" | ", keys)} | {metric} | step | state |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| --- | {string.Concat(keys.Select(_ => "--- | "))}--- | --- | --- |");
        foreach (var outcome in outcomes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {outcome.Number} | {string.Join(" | ", keys.Select(key => outcome.Values.GetValueOrDefault(key, "")))} | {outcome.Metric:G5} | {outcome.BestStep} | {outcome.State}{(outcome.Reason is null ? "" : ": " + outcome.Reason)} |");
        }

        return text.ToString().ReplaceLineEndings("\n");
    }
}
