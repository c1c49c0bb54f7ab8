using System.Threading.Channels;
using LoraMesh.Contracts;
using LoraMesh.Formats;
using LoraMesh.Model;
using LoraMesh.Trainer.Checkpoints;
using LoraMesh.Trainer.Training;

namespace LoraMesh.Trainer;

/// <summary>
/// Runs one training on a thread of its own, which computes when its turn comes, and speaks to the
/// asynchronous world in records: a report now and then, a checkpoint every few seconds.
/// </summary>
internal sealed class TrainingThread(
    TrainAdapter command, TrainingConfig config, CheckpointStore checkpoints, ChannelWriter<TrainingProgressed> reports, TimeProvider clock, TrainerOptions options, ComputeTurn turn, SharedBases bases)
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(500);

    internal Task<TrainingResult> RunAsync(
        string modelFolder, TokenShard shard, string modelName, string? initialAdapter, (TrainingState State, IReadOnlyList<string> Metrics)? found, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<TrainingResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(done, modelFolder, shard, modelName, initialAdapter, found, cancellationToken))
        {
            IsBackground = true,
            Name = $"train {command.RunId}",
        };
        thread.Start();
        return done.Task;
    }

    private void Run(
        TaskCompletionSource<TrainingResult> done, string modelFolder, TokenShard shard, string modelName, string? initialAdapter, (TrainingState State, IReadOnlyList<string> Metrics)? found, CancellationToken cancellationToken)
    {
        try
        {
            using var run = turn.Take(() => Begin(modelFolder, shard, modelName, initialAdapter, found?.State), cancellationToken);
            done.SetResult(Train(run, found?.Metrics ?? [], cancellationToken));
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

    private TrainingRun Begin(string modelFolder, TokenShard shard, string modelName, string? initialAdapter, TrainingState? found)
    {
        TorchRuntime.Initialize(options.Threads);
        TrainingData data = shard.HoldsPairs ? new PreferenceData(shard.Pairs(), config) : new SupervisedData(shard, config);
        return new TrainingRun(modelFolder, data, config, modelName, found, initialAdapter, options.MemoryBytes, bases);
    }

    private TrainingResult Train(TrainingRun run, IReadOnlyList<string> earlier, CancellationToken cancellationToken)
    {
        var loop = new TrainingLoop(run, checkpoints, earlier, config.CheckpointSeconds, clock, turn);
        var peak = turn.Take(() => MatmulPeak.Measure(config.Bf16), cancellationToken);
        var energy = new EnergyMeter();
        var (resumedFrom, started) = (run.Step, clock.GetTimestamp());
        var (reported, tokens, done) = (started, 0L, 0);
        double? evalLoss = null;
        loop.Run(Tell, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("loramesh-adapter-").FullName;
        turn.Take(() => run.Save(folder), cancellationToken);
        return new TrainingResult(folder, run.Step, StepReport.LossOf(loop.Metrics[^1]), run.Best, run.Preflight, energy.Joules(), loop.Metrics);

        void Tell(StepReport step)
        {
            tokens += step.Tokens;
            done++;
            evalLoss = step.Eval?.Loss ?? evalLoss;
            if (clock.GetElapsedTime(reported) < ReportEvery && step.Step < step.TotalSteps)
            {
                return;
            }

            reported = clock.GetTimestamp();
            energy.Joules();
            var elapsed = clock.GetElapsedTime(started).TotalSeconds;
            reports.TryWrite(new TrainingProgressed
            {
                JobId = command.JobId,
                RunId = command.RunId,
                Step = step.Step,
                TotalSteps = step.TotalSteps,
                Loss = step.Loss,
                LearningRate = step.LearningRate,
                TokensPerSecond = tokens / Math.Max(elapsed, 1e-3),
                SecondsLeft = elapsed / done * (step.TotalSteps - step.Step),
                CheckpointStep = loop.CheckpointStep,
                ResumedFromStep = resumedFrom,
                Epoch = step.Epoch,
                GradNorm = step.GradNorm,
                EvalLoss = evalLoss,
                ShareOfPeak = tokens / Math.Max(elapsed, 1e-3) * run.OperationsPerToken / peak,
                MemoryBytes = MachineMemory.Resident,
            });
        }
    }
}
