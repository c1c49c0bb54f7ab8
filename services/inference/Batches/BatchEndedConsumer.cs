using LoraMesh.Contracts;
using MassTransit;

namespace LoraMesh.Inference.Batches;

/// <summary>Writes down that a batch failed of which only the announcement tells: a job says what outlived its retries by that alone.</summary>
public sealed class BatchEndedConsumer(BatchStore batches, BatchEnding ending) : IConsumer<BatchEnded>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<BatchEnded> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var ended = context.Message;
        if (ended.Status == BatchStatus.Failed && await batches.FindAsync(ended.BatchId, context.CancellationToken) is { IsEnded: false })
        {
            await ending.FailAsync(ended.BatchId, [new BatchProblem(ended.Code ?? "failed", ended.Reason ?? "The batch failed.", null, null)], context.CancellationToken);
        }
    }
}
