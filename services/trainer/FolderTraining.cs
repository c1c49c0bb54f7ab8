using LoraMesh.Contracts;
using LoraMesh.Model;
using LoraMesh.Trainer.Publishing;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer;

/// <summary>
/// One training by hand, from folders into a folder: the PEFT files, a card and <c>metrics.jsonl</c>. The folder gets them
/// together when all is done; whoever is interrupted leaves it as it was.
/// </summary>
/// <param name="modelFolder">Base model as a Hugging Face folder.</param>
/// <param name="data">What to train on.</param>
/// <param name="config">How to train.</param>
/// <param name="initialAdapter">PEFT folder to begin with; null for a fresh adapter.</param>
public sealed class FolderTraining(string modelFolder, TrainingData data, TrainingConfig config, string? initialAdapter)
{
    private const string MetricsFile = "metrics.jsonl";

    /// <summary>Trains on a thread of its own.</summary>
    /// <param name="output">Folder to write to; made if need be.</param>
    /// <param name="provenance">Half a sentence on the data, for the card.</param>
    /// <param name="progress">Hears of every step, on the training thread.</param>
    /// <param name="cancellationToken">Ends the training between two steps.</param>
    /// <returns>Every step as it went.</returns>
    /// <exception cref="TrainingFailedException">It cannot succeed with this data and configuration.</exception>
    /// <exception cref="UnsupportedModelException">Model or adapter ask for something that is not built.</exception>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public Task<IReadOnlyList<StepReport>> RunAsync(string output, string provenance, Action<StepReport> progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(progress);
        return Task.Factory.StartNew<IReadOnlyList<StepReport>>(() => Run(output, provenance, progress, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private List<StepReport> Run(string output, string provenance, Action<StepReport> progress, CancellationToken cancellationToken)
    {
        TorchRuntime.Initialize();
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var draft = $"{target}.unfinished-{Environment.ProcessId}";
        Directory.CreateDirectory(draft);
        try
        {
            var steps = Train(draft, provenance, progress, cancellationToken);
            Publish(draft, target);
            return steps;
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    private List<StepReport> Train(string draft, string provenance, Action<StepReport> progress, CancellationToken cancellationToken)
    {
        var name = Path.TrimEndingDirectorySeparator(modelFolder);
        using var run = new TrainingRun(modelFolder, data, config, name, resumeFrom: null, initialAdapter);
        var steps = new List<StepReport>();
        using (var metrics = new StreamWriter(Path.Combine(draft, MetricsFile)) { NewLine = "\n" })
        {
            while (run.Step < run.TotalSteps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                steps.Add(run.Next());
                metrics.WriteLine(steps[^1].ToJson());
                progress(steps[^1]);
            }
        }

        run.Save(draft);
        File.WriteAllText(Path.Combine(draft, LossCurve.FileName), LossCurve.Write([.. steps.Select(step => step.Loss)]));
        File.WriteAllText(Path.Combine(draft, "README.md"), AdapterCard.Write(Path.GetFileName(draft[..draft.LastIndexOf(".unfinished-", StringComparison.Ordinal)]), name, provenance, config, run.TotalSteps, steps[^1].Loss));
        return steps;
    }

    private static void Publish(string draft, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(draft, target);
            return;
        }

        foreach (var file in Directory.EnumerateFiles(draft))
        {
            File.Move(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
    }
}
