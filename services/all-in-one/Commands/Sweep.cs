using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Evaluator;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Model;
using LoraMesh.Trainer.Sweeps;
using LoraMesh.Trainer.Training;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Trains with many settings; the best adapter is measured on rows that no trial has seen.</summary>
/// <param name="screen">Where progress and the result go.</param>
/// <param name="settings">What is tried.</param>
/// <param name="time">Clock.</param>
public sealed class Sweep(Screen screen, SweepSettings settings, TimeProvider time)
{
    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">A path is missing, or model, data or settings cannot be used.</exception>
    public async Task<int> RunAsync(string model, string data, string output, CancellationToken cancellationToken)
    {
        NamedFolder.Check("--model", model);
        var sweep = new FolderSweep(model, config => HandData.ToTrain(data, model, config, cancellationToken), settings) { Clock = time };
        IReadOnlyList<TrialOutcome> outcomes;
        try
        {
            outcomes = await new WorkDisplay(screen, "sweep", time).ShowAsync(show => sweep.RunAsync(output, (trial, step) => show((trial.Number - 1) * 100 + (100 * step.Step / step.TotalSteps), settings.Trials.Count * 100, Describe(trial, step)), cancellationToken));
        }
        catch (Exception failure) when (failure is UnsupportedModelException or InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.WrongCommand, "model_unusable", failure.Message, failure);
        }

        if (outcomes[0].State != "trained")
        {
            throw new CommandException(ExitCode.WorkFailed, "no_trial_trained", $"None of {outcomes.Count} trials was trained to its end. The first: {outcomes[0].Reason ?? outcomes[0].State}");
        }

        return Tell(outcomes, output, await MeasureAsync(model, data, Path.Combine(output, outcomes[0].Folder), cancellationToken));
    }

    private static string Describe(SweepTrial trial, StepReport step) => $"trial {StageText.Count(trial.Number)}, {StageText.Count(step.Step)}/{StageText.Count(step.TotalSteps)} steps, loss {StageText.Number(step.Loss, 4)}";

    // The held-out rows of a dataset, which no choice was made by; a file of rows has none.
    private static async Task<MeasuredLoss?> MeasureAsync(string model, string data, string adapter, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(data))
        {
            return null;
        }

        return await Task.Run(() => FolderEvaluation.Run(model, adapter, HandData.ToMeasure(data, model, cancellationToken), (_, _) => { }, cancellationToken), cancellationToken);
    }

    private int Tell(IReadOnlyList<TrialOutcome> outcomes, string output, MeasuredLoss? measured)
    {
        var best = outcomes[0];
        var folder = Path.Combine(output, best.Folder);
        screen.Line($"Best of {StageText.Count(outcomes.Count)} trials ({StageText.Count(outcomes.Count(outcome => outcome.State == "stopped"))} ended early): {string.Join(", ", best.Values.Select(value => $"{value.Key} {value.Value}"))}; {StageText.Number(best.Metric ?? double.NaN, 4)} at step {StageText.Count(best.BestStep ?? 0)}; adapter in {folder}, all in {Path.Combine(output, "sweep.md")}");
        if (measured is not null)
        {
            screen.Line($"On {StageText.Count(measured.Rows)} held-out rows: loss {StageText.Number(measured.BaseLoss, 4)} of the base, {StageText.Number(measured.AdapterLoss ?? double.NaN, 4)} with the adapter");
        }

        if (screen.Json)
        {
            screen.Emit(new { state = "swept", output, best = folder, metric = best.Metric, values = best.Values, trials = outcomes, base_loss = measured?.BaseLoss, adapter_loss = measured?.AdapterLoss });
        }

        return ExitCode.Done;
    }
}
