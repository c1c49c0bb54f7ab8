using LoraMesh.Contracts;
using LoraMesh.Control.Registry;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Pipeline;

/// <summary>Puts progress on the board; that of a job which is not the open one is dropped.</summary>
public sealed class StageProgressConsumer(RegistryStore registry, RunBoard board) : IConsumer<TrainingProgressed>, IConsumer<EvaluationProgressed>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<TrainingProgressed> context)
    {
        var message = context.Message;
        return ReportAsync(message.RunId, message.JobId, new RunProgress
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

    private async Task ReportAsync(string runId, string jobId, RunProgress progress, CancellationToken cancellationToken)
    {
        if (await registry.ReadAsync(context => context.Jobs.AnyAsync(job => job.JobId == jobId && job.RunId == runId && job.ClosedAt == null, cancellationToken), cancellationToken))
        {
            board.Report(runId, progress);
        }
    }
}
