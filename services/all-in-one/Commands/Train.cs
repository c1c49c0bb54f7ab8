using LoraMesh.AllInOne.Display;
using LoraMesh.Contracts;
using LoraMesh.Model;
using LoraMesh.Trainer;
using LoraMesh.Trainer.Training;

namespace LoraMesh.AllInOne.Commands;

/// <summary>Trains an adapter on local files.</summary>
/// <param name="screen">Where progress and the result go.</param>
/// <param name="config">How to train.</param>
/// <param name="time">Clock.</param>
public sealed class Train(Screen screen, TrainingConfig config, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">A path is missing, or model, data or settings cannot be used.</exception>
    public async Task<int> RunAsync(string model, string data, string output, string? initialAdapter, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var shown = started;
        var training = new FolderTraining(model, HandData.ToTrain(data, config), config, initialAdapter);
        try
        {
            var steps = await training.RunAsync(output, $"trained by hand with LoraMesh on `{Path.GetFileName(Path.TrimEndingDirectorySeparator(data))}`.", Show, cancellationToken);
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

        void Show(StepReport step)
        {
            if (time.GetElapsedTime(shown) >= Interval)
            {
                shown = time.GetTimestamp();
                var left = time.GetElapsedTime(started).TotalSeconds / step.Step * (step.TotalSteps - step.Step);
                screen.Line($"{StageText.Count(step.Step)}/{StageText.Count(step.TotalSteps)} steps, loss {StageText.Number(step.Loss, 4)}, {StageText.Duration(left)} left");
            }
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
