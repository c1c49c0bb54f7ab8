using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Pipeline;

/// <summary>Puts progress on the board; that of a job which is not the open one is dropped.</summary>
public sealed class StageProgressConsumer(RegistryStore registry, RunBoard board, RunCurves curves) : IConsumer<TrainingProgressed>, IConsumer<EvaluationProgressed>, IConsumer<JobWaiting>
{
    /// <inheritdoc />
    public async Task Consume(ConsumeContext<TrainingProgressed> context)
    {
        var message = context.Message;
        var isOpen = await ReportAsync(message.RunId, message.JobId, new RunProgress
        {
            Stage = RunStates.Training,
            Done = message.Step,
            Total = message.TotalSteps,
            Loss = message.Loss,
            LearningRate = message.LearningRate,
            TokensPerSecond = message.TokensPerSecond,
            SecondsLeft = message.SecondsLeft,
            CheckpointStep = message.CheckpointStep,
            ResumedFromStep = message.ResumedFromStep,
        }, context.CancellationToken);
        if (isOpen)
        {
            curves.Add(message.RunId, new CurvePoint(message.Step, message.Loss, message.LearningRate, message.GradNorm, message.EvalLoss));
        }
    }

    /// <inheritdoc />
    public Task Consume(ConsumeContext<EvaluationProgressed> context)
    {
        var message = context.Message;
        return ReportAsync(message.RunId, message.JobId, new RunProgress
        {
            Stage = RunStates.Evaluating,
            Done = message.Done,
            Total = message.Total,
            SecondsLeft = message.SecondsLeft,
        }, context.CancellationToken);
    }

    /// <inheritdoc />
    public async Task Consume(ConsumeContext<JobWaiting> context)
    {
        var message = context.Message;
        if (await registry.ReadAsync(query => query.Runs.Where(run => run.RunId == message.RunId).Select(run => run.State).SingleOrDefaultAsync(context.CancellationToken), context.CancellationToken) is { } stage)
        {
            var known = board.Progress(message.RunId) is { } before && before.Stage == stage ? before : new RunProgress { Stage = stage, Done = 0, Total = 0, SecondsLeft = 0 };
            await ReportAsync(message.RunId, message.JobId, known with { Waiting = message.Reason }, context.CancellationToken);
        }
    }

    private async Task<bool> ReportAsync(string runId, string jobId, RunProgress progress, CancellationToken cancellationToken)
    {
        var isOpen = await registry.ReadAsync(context => context.Jobs.AnyAsync(job => job.JobId == jobId && job.RunId == runId && job.ClosedAt == null, cancellationToken), cancellationToken);
        if (isOpen)
        {
            board.Report(runId, progress);
        }

        return isOpen;
    }
}
