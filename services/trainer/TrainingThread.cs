using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer.Checkpoints;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer;

/// <summary>
/// Runs one training on a thread of its own, since tensors and their scopes belong to a thread, and speaks to the
/// asynchronous world in records: a report now and then, a checkpoint every few seconds.
/// </summary>
internal sealed class TrainingThread(
    TrainAdapter command, TrainingConfig config, CheckpointStore checkpoints, ChannelWriter<TrainingProgressed> reports, TimeProvider clock, int? threads)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(500);

    private readonly List<string> _metrics = [];
    private Task _saving = Task.CompletedTask;
    private int _checkpointStep;

    internal Task<TrainingResult> RunAsync(
        string modelFolder, TokenShard shard, string modelName, (TrainingState State, IReadOnlyList<string> Metrics)? found, CancellationToken cancellationToken)
    {
        if (found is { } checkpoint)
        {
            _metrics.AddRange(checkpoint.Metrics);
            _checkpointStep = checkpoint.State.Step;
        }

        var done = new TaskCompletionSource<TrainingResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(done, modelFolder, shard, modelName, found?.State, cancellationToken))
        {
            IsBackground = true,
            Name = $"train {command.RunId}",
        };
        thread.Start();
        return done.Task;
    }

    private void Run(TaskCompletionSource<TrainingResult> done, string modelFolder, TokenShard shard, string modelName, TrainingState? resumeFrom, CancellationToken cancellationToken)
    {
        try
        {
            TorchRuntime.Initialize(threads);
            using var run = new TrainingRun(modelFolder, shard.HoldsPairs ? new PreferenceData(shard.Pairs(), config) : new SupervisedData(shard, config), config, modelName, resumeFrom);
            done.SetResult(Train(run, resumeFrom?.Step ?? 0, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            done.SetCanceled(cancellationToken);
        }
        catch (Exception problem)
        {
            // The outermost loop of this thread: whoever awaits the result decides.
            done.SetException(problem);
        }
    }

    private TrainingResult Train(TrainingRun run, int resumedFrom, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var (saved, reported) = (started, started);
        long tokens = 0;
        StepReport? last = null;
        while (run.Step < run.TotalSteps)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Checkpoint(run, CancellationToken.None);
                Finish(_saving);
                cancellationToken.ThrowIfCancellationRequested();
            }

            last = run.Next();
            tokens += last.Tokens;
            _metrics.Add(last.ToJson());
            if (clock.GetElapsedTime(saved).TotalSeconds >= config.CheckpointSeconds && _saving.IsCompleted)
            {
                Finish(_saving); // Throws where the last one failed.
                Checkpoint(run, cancellationToken);
                saved = clock.GetTimestamp();
            }

            if (clock.GetElapsedTime(reported) >= ReportEvery || last.Step == run.TotalSteps)
            {
                Report(last, resumedFrom, tokens, clock.GetElapsedTime(started));
                reported = clock.GetTimestamp();
            }
        }

        Finish(_saving);
        var folder = Directory.CreateTempSubdirectory("loramesh-adapter-").FullName;
        run.Save(folder);
        return new TrainingResult(folder, run.TotalSteps, last?.Loss ?? 0, _metrics);
    }

    private void Checkpoint(TrainingRun run, CancellationToken cancellationToken)
    {
        var state = run.Capture();
        var metrics = _metrics.ToArray();
        _saving = Task.Run(
            async () =>
            {
                await checkpoints.PutAsync(state, metrics, cancellationToken);
                Volatile.Write(ref _checkpointStep, state.Step);
            },
            CancellationToken.None);
    }

    // This thread has no other work; it waits as it would for its own write.
    private static void Finish(Task saving) => saving.GetAwaiter().GetResult();

    private void Report(StepReport step, int resumedFrom, long tokens, TimeSpan elapsed)
    {
        var done = step.Step - resumedFrom;
        reports.TryWrite(new TrainingProgressed
        {
            JobId = command.JobId,
            RunId = command.RunId,
            Step = step.Step,
            TotalSteps = step.TotalSteps,
            Loss = step.Loss,
            LearningRate = step.LearningRate,
            TokensPerSecond = tokens / Math.Max(elapsed.TotalSeconds, 1e-3),
            SecondsLeft = elapsed.TotalSeconds / done * (step.TotalSteps - step.Step),
            CheckpointStep = Volatile.Read(ref _checkpointStep),
            ResumedFromStep = resumedFrom,
        });
    }
}
