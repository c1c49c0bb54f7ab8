using LoraMesh.Contracts;
using MassTransit;

namespace LoraMesh.Control.Pipeline;

/// <summary>Gives what a stage's worker says of its job to the run.</summary>
public sealed class StageResultConsumer(RunConductor conductor) :
    IConsumer<DatasetPrepared>, IConsumer<DatasetRejected>,
    IConsumer<AdapterTrained>, IConsumer<TrainingFailed>,
    IConsumer<AdapterEvaluated>, IConsumer<EvaluationFailed>,
    IConsumer<JobReleased>
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<DatasetPrepared> context) => ApplyAsync(context, context.Message.RunId, "dataset-prep");

    /// <inheritdoc />
    public Task Consume(ConsumeContext<DatasetRejected> context) => ApplyAsync(context, context.Message.RunId, "dataset-prep");

    /// <inheritdoc />
    public Task Consume(ConsumeContext<AdapterTrained> context) => ApplyAsync(context, context.Message.RunId, "trainer");

    /// <inheritdoc />
    public Task Consume(ConsumeContext<TrainingFailed> context) => ApplyAsync(context, context.Message.RunId, "trainer");

    /// <inheritdoc />
    public Task Consume(ConsumeContext<AdapterEvaluated> context) => ApplyAsync(context, context.Message.RunId, "evaluator");

    /// <inheritdoc />
    public Task Consume(ConsumeContext<EvaluationFailed> context) => ApplyAsync(context, context.Message.RunId, "evaluator");

    /// <inheritdoc />
    public Task Consume(ConsumeContext<JobReleased> context) => ApplyAsync(context, context.Message.RunId, "worker");

    private Task<Transition?> ApplyAsync<T>(ConsumeContext<T> context, string runId, string who)
        where T : class => conductor.ApplyAsync(runId, context.Message, context.MessageId, who, context.CancellationToken);
}
