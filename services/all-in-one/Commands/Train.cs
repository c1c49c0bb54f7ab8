using LoraMesh.CommandLine;
using LoraMesh.CommandLine.Display;
using LoraMesh.Contracts;
using LoraMesh.Model;
using LoraMesh.Trainer.Training;
using LoraMesh.Trainer;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Trains an adapter on local files.</summary>
/// <param name="screen">Where progress and the result go.</param>
/// <param name="config">How to train.</param>
/// <param name="time">Clock.</param>
public sealed class Train(Screen screen, TrainingConfig config, TimeProvider time)
{
    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">A path is missing, or model, data or settings cannot be used.</exception>
    public async Task<int> RunAsync(string model, string data, string output, string? initialAdapter, string? checkpoints, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        NamedFolder.Check("--model", model);
        if (initialAdapter is not null)
        {
            NamedFolder.Check("--init-adapter", initialAdapter);
        }

        if (config.AdapterNameOrPath is not null)
        {
            throw new CommandException(ExitCode.WrongCommand, "no_champion", "adapter_name_or_path is champion, and only a suite has champions. Remove it, and name the adapter's folder with --init-adapter.");
        }

        screen.ErrorLine($"Reading {data}");
        var training = new FolderTraining(model, await Task.Run(() => HandData.ToTrain(data, model, config, cancellationToken), cancellationToken), config, initialAdapter) { Checkpoints = checkpoints, Clock = time, Begins = Begin };
        var provenance = $"trained by hand with LoraMesh on `{Path.GetFileName(Path.TrimEndingDirectorySeparator(data))}`.";
        try
        {
            var steps = await new WorkDisplay(screen, "train", time).ShowAsync(
                show => training.RunAsync(output, provenance, step => show(step.Step, step.TotalSteps, Describe(step)), cancellationToken));
            return Tell(steps, output, time.GetElapsedTime(started));
        }
        catch (TrainingFailedException failure)
        {
            throw new CommandException(failure.Code == "loss_not_finite" ? ExitCode.WorkFailed : ExitCode.WrongCommand, failure.Code, failure.Message, failure);
        }
        catch (Exception failure) when (failure is UnsupportedModelException or InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.WrongCommand, "model_unusable", failure.Message, failure);
        }
    }

    private static string Describe(StepReport step) => $"{StageText.Count(step.Step)}/{StageText.Count(step.TotalSteps)} steps, loss {StageText.Number(step.Loss, 4)}";

    private void Begin(Preflight seen, MemoryPlan memory)
    {
        var again = memory.CheckpointedLayers > 0 ? $", computing {StageText.Count(memory.CheckpointedLayers)} layers again" : "";
        var parts = memory.Split > 1 ? $", each micro-batch in {StageText.Count(memory.Split)} parts" : "";
        screen.ErrorLine($"{StageText.Count(seen.SupervisedTokens)} of {StageText.Count(seen.Tokens)} tokens carry loss; about {StageText.Number(memory.Bytes / 1e9, 2)} GB of memory{again}{parts}");
        foreach (var warning in seen.Warnings)
        {
            screen.ErrorLine($"Warning: {warning}");
        }
    }

    private int Tell(IReadOnlyList<StepReport> steps, string output, TimeSpan elapsed)
    {
        var tokens = steps.Sum(step => (long)step.Tokens);
        screen.Line($"Trained {StageText.Count(steps.Count)} steps on {StageText.Count(tokens)} tokens in {StageText.Duration(elapsed.TotalSeconds)}; last loss {StageText.Number(steps[^1].Loss, 4)}; written to {output}");
        if (screen.Json)
        {
            screen.Emit(new
            {
                state = "trained",
                output,
                metrics = Path.Combine(output, "metrics.jsonl"),
                steps = steps.Count,
                loss = steps[^1].Loss,
                losses = steps.Select(step => step.Loss),
                learning_rates = steps.Select(step => step.LearningRate),
                grad_norms = steps.Select(step => step.GradNorm),
                tokens,
                seconds = elapsed.TotalSeconds,
            });
        }

        return ExitCode.Done;
    }
}
