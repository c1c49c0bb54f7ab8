using LoraMesh.Contracts;
using LoraMesh.Model;
using LoraMesh.Storage;
using LoraMesh.Trainer.Checkpoints;
using LoraMesh.Trainer.Publishing;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer;

/// <summary>
/// One training by hand, from folders into a folder: the PEFT files, a card and <c>metrics.jsonl</c>. The folder gets them
/// together when all is done; whoever is interrupted leaves it as it was, and with <see cref="Checkpoints"/> goes on later.
/// </summary>
/// <param name="modelFolder">Base model as a Hugging Face folder.</param>
/// <param name="data">What to train on.</param>
/// <param name="config">How to train.</param>
/// <param name="initialAdapter">PEFT folder to begin with; null for a fresh adapter.</param>
public sealed class FolderTraining(string modelFolder, TrainingData data, TrainingConfig config, string? initialAdapter)
{
    private const string MetricsFile = "metrics.jsonl";
    private const string Run = "train";
    private const string Unfinished = ".unfinished-";
    private const long CacheBytes = 1L << 32;

    /// <summary>
    /// Folder that keeps checkpoints; a training with the same model, data, settings and start goes on from the newest there.
    /// Null for none.
    /// </summary>
    public string? Checkpoints { get; init; }

    /// <summary>Bytes that this process may take; null for what is free.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Hears, before the first step, what is seen of data and settings and how they fit into memory.</summary>
    public Action<Preflight, MemoryPlan>? Begins { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Trains on a thread of its own.</summary>
    /// <param name="output">Folder to write to; made if need be.</param>
    /// <param name="provenance">Half a sentence on the data, for the card.</param>
    /// <param name="progress">Hears of every step that is done here, on the training thread.</param>
    /// <param name="cancellationToken">Ends the training between two layers.</param>
    /// <returns>Every step as it went, those before an interruption included.</returns>
    /// <exception cref="TrainingFailedException">It cannot succeed with this data and configuration.</exception>
    /// <exception cref="UnsupportedModelException">Model or adapter ask for something that is not built.</exception>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public Task<IReadOnlyList<StepReport>> RunAsync(string output, string provenance, Action<StepReport> progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentNullException.ThrowIfNull(progress);
        return Task.Factory.StartNew<IReadOnlyList<StepReport>>(() => Train(output, provenance, progress, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private List<StepReport> Train(string output, string provenance, Action<StepReport> progress, CancellationToken cancellationToken)
    {
        TorchRuntime.Initialize();
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        RemoveDraftsOfTheDead(target);
        var draft = $"{target}{Unfinished}{Environment.ProcessId}";
        Directory.CreateDirectory(draft);
        try
        {
            var steps = TrainInto(draft, Path.GetFileName(target), provenance, progress, cancellationToken);
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

    private List<StepReport> TrainInto(string draft, string title, string provenance, Action<StepReport> progress, CancellationToken cancellationToken)
    {
        var name = Path.TrimEndingDirectorySeparator(modelFolder);
        var checkpoints = OpenCheckpoints();
        // Here and in OpenCheckpoints: a thread of its own, as tensors want it, that has no other work.
        var found = checkpoints?.FindAsync(cancellationToken).GetAwaiter().GetResult();
        using var run = new TrainingRun(modelFolder, data, config, name, found?.State, initialAdapter, MemoryBytes);
        Begins?.Invoke(run.Preflight, run.Memory);
        var loop = new TrainingLoop(run, checkpoints, found?.Metrics ?? [], config.CheckpointSeconds, Clock);
        loop.Run(progress, cancellationToken);
        var steps = loop.Metrics.Select(StepReport.Parse).ToList();
        run.Save(draft);
        File.WriteAllText(Path.Combine(draft, MetricsFile), string.Concat(loop.Metrics.Select(line => line + "\n")));
        File.WriteAllText(Path.Combine(draft, LossCurve.FileName), LossCurve.Write([.. steps.Select(step => step.Loss)]));
        File.WriteAllText(Path.Combine(draft, "README.md"), AdapterCard.Write(title, name, provenance, config, run.Step, steps[^1].Loss, run.Best));
        return steps;
    }

    private CheckpointStore? OpenCheckpoints()
    {
        if (Checkpoints is null)
        {
            return null;
        }

        var store = new FolderBlobStore(Path.GetFullPath(Checkpoints));
        store.EnsureBucketAsync(Buckets.Runs).GetAwaiter().GetResult();
        var cache = new LocalBlobCache(store, Path.Combine(Path.GetFullPath(Checkpoints), "cache"), CacheBytes, Clock);
        var identity = AdapterIdentity.Of(data.Sha256, FolderDigest.Of(modelFolder), config, initialAdapter is null ? null : FolderDigest.Of(initialAdapter));
        return new CheckpointStore(store, cache, Run, identity, fence: 0);
    }

    // Whoever was killed could not remove its own.
    private static void RemoveDraftsOfTheDead(string target)
    {
        var parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent);
        foreach (var draft in Directory.EnumerateDirectories(parent, $"{Path.GetFileName(target)}{Unfinished}*"))
        {
            if (int.TryParse(draft[(draft.LastIndexOf('-') + 1)..], out var id) && OperatingSystem.IsLinux() && !Directory.Exists($"/proc/{id}"))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
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
