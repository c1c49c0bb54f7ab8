using LoraMesh.Contracts;
using LoraMesh.Hosting.Jobs;
using LoraMesh.Storage;
using Microsoft.Extensions.Options;

namespace LoraMesh.Inference.Batches;

/// <summary>Answers the requests of a batch, part by part; whoever takes it up again goes on after the last part that lies in the store.</summary>
internal sealed class BatchJob(BatchStore batches, BatchEnding ending, LineAnswers answers, LocalBlobCache cache, IOptions<InferenceOptions> options, TimeProvider time) : IJob<CompleteBatch>
{
    /// <inheritdoc/>
    public JobIdentity Identify(CompleteBatch command) => new(command.BatchId, command.BatchId, command.Attempt);

    /// <inheritdoc/>
    public object Fail(CompleteBatch command, string code, string reason) =>
        new BatchEnded { BatchId = command.BatchId, Status = BatchStatus.Failed, Code = code, Reason = reason };

    /// <inheritdoc/>
    public async Task<object> RunAsync(CompleteBatch command, JobContext context, CancellationToken cancellationToken)
    {
        if (!BatchStore.IsId(command.BatchId))
        {
            return Fail(command, "bad_batch_id", "The id of a batch is 'batch_' and up to 60 of a-z, A-Z, 0-9, '_' and '-'.");
        }

        if (await FindAsync(command, cancellationToken) is not { } batch)
        {
            return Fail(command, "no_such_batch", $"There is no batch '{command.BatchId}', and the command names no file to make one of.");
        }

        if (batch.IsEnded)
        {
            return batch.Announcement();
        }

        var input = new BatchInput(await cache.FetchAsync(batch.Input, cancellationToken), batch.Endpoint, options.Value.MaxRequestBytes);
        if (batch.Total == 0)
        {
            var (count, problems) = input.Check(options.Value.MaxBatchRequests);
            if (problems.Count > 0)
            {
                return (await ending.FailAsync(batch.Id, problems, cancellationToken)).Announcement();
            }

            (batch, _) = await batches.ChangeAsync(
                batch.Id, now => now.Status == BatchStatus.Validating ? now with { Status = BatchStatus.InProgress, Total = count, InProgressAt = time.GetUtcNow() } : null, cancellationToken);
        }

        var isInTime = batch.Status == BatchStatus.InProgress && await AnswerAsync(batch, input, cancellationToken);
        var status = isInTime ? BatchStatus.Completed : batch.Status == BatchStatus.InProgress ? BatchStatus.Expired : BatchStatus.Cancelled;
        return (await ending.EndAsync(batch, status, cancellationToken)).Announcement();
    }

    private async Task<BatchRecord?> FindAsync(CompleteBatch command, CancellationToken cancellationToken)
    {
        if (await batches.FindAsync(command.BatchId, cancellationToken) is { } known)
        {
            return known;
        }

        if (command.Input is not { } file)
        {
            return null;
        }

        // Over the bus come those who may ask everything.
        var now = time.GetUtcNow();
        await batches.CreateAsync(
            new BatchRecord
            {
                Id = command.BatchId,
                Owner = "bus",
                InputFileId = file.Key,
                Input = file,
                Endpoint = command.Endpoint ?? LineAnswers.Chat,
                CreatedAt = now,
                ExpiresAt = now + BatchStore.WindowTime,
                IssuedAt = now,
                Attempt = command.Attempt,
            },
            cancellationToken);
        return await batches.FindAsync(command.BatchId, cancellationToken);
    }

    // Whether all was answered before the batch's time was over.
    private async Task<bool> AnswerAsync(BatchRecord batch, BatchInput input, CancellationToken cancellationToken)
    {
        var part = 0;
        var lines = new List<BatchLine>(BatchPart.Requests);
        var (answered, failed) = (0, 0);
        foreach (var (_, line, _) in input.Read())
        {
            lines.Add(line!);
            if (lines.Count == BatchPart.Requests && !await PartAsync())
            {
                return false;
            }
        }

        return lines.Count == 0 || await PartAsync();

        async Task<bool> PartAsync()
        {
            var known = await BatchPart.FindAsync(batches, batch.Id, part, cancellationToken);
            if (known is null)
            {
                if (time.GetUtcNow() >= batch.ExpiresAt)
                {
                    return false;
                }

                using var content = BatchPart.Write(await AskAsync(batch, lines, cancellationToken));
                await batches.PutPartAsync(batch.Id, part, content, cancellationToken);
                known = await BatchPart.FindAsync(batches, batch.Id, part, cancellationToken) ?? [];
            }

            answered += known.Count(result => result.Answered);
            failed += known.Count(result => !result.Answered);
            await batches.ChangeAsync(batch.Id, now => now.Status == BatchStatus.InProgress ? now with { Completed = answered, Failed = failed } : null, cancellationToken);
            part++;
            lines.Clear();
            return true;
        }
    }

    private async Task<byte[][]> AskAsync(BatchRecord batch, List<BatchLine> lines, CancellationToken cancellationToken)
    {
        var results = new byte[lines.Count][];
        var together = new ParallelOptions { MaxDegreeOfParallelism = options.Value.BatchConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, lines.Count, together, async (index, stop) => results[index] = await answers.AskAsync(batch, lines[index], stop));
        return results;
    }
}
