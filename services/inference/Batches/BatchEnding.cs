using System.Security.Cryptography;
using System.Text;
using LoraMesh.Contracts;

namespace LoraMesh.Inference.Batches;

/// <summary>Puts the parts of a batch together and writes down how it ended. May be called twice: the parts decide, and they stay.</summary>
public sealed class BatchEnding(BatchStore batches, FileStore files, TimeProvider time)
{
    /// <summary>Ends a batch with what was answered of it.</summary>
    /// <param name="record">The batch.</param>
    /// <param name="status">One of <see cref="BatchStatus"/> that is an end.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The batch as it then is.</returns>
    public async Task<BatchRecord> EndAsync(BatchRecord record, string status, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        await using var answers = Temporary();
        await using var refusals = Temporary();
        var (answered, refused) = (0, 0);
        for (var part = 0; await BatchPart.FindAsync(batches, record.Id, part, cancellationToken) is { } lines; part++)
        {
            foreach (var (line, isAnswer) in lines)
            {
                (answered, refused) = isAnswer ? (answered + 1, refused) : (answered, refused + 1);
                var file = isAnswer ? answers : refusals;
                await file.WriteAsync(line, cancellationToken);
                file.WriteByte((byte)'\n');
            }
        }

        var output = await StoreAsync(record, "output", answers, cancellationToken);
        var errors = await StoreAsync(record, "errors", refusals, cancellationToken);
        return await WriteDownAsync(record.Id, now => now with { Status = status, Completed = answered, Failed = refused, Output = output, Errors = errors }, cancellationToken);
    }

    /// <summary>Ends a batch that could not be worked on.</summary>
    public Task<BatchRecord> FailAsync(string id, IReadOnlyList<BatchProblem> problems, CancellationToken cancellationToken) =>
        WriteDownAsync(id, now => now with { Status = BatchStatus.Failed, Problems = problems }, cancellationToken);

    private async Task<BatchRecord> WriteDownAsync(string id, Func<BatchRecord, BatchRecord> end, CancellationToken cancellationToken)
    {
        var (ended, _) = await batches.ChangeAsync(id, now => now.IsEnded ? null : end(now) with { EndedAt = time.GetUtcNow() }, cancellationToken);
        await batches.CloseAsync(id, cancellationToken);
        return ended;
    }

    private async Task<StoredFile?> StoreAsync(BatchRecord record, string kind, FileStream content, CancellationToken cancellationToken)
    {
        if (content.Length == 0)
        {
            return null;
        }

        content.Position = 0;
        var id = $"file-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{record.Id}/{kind}")).AsSpan(0, 12))}";
        return await files.AddAsync(id, record.Owner, record.Projects, $"{record.Id}_{kind}.jsonl", StoredFile.Results, content, cancellationToken);
    }

    private static FileStream Temporary() => new(Path.GetTempFileName(), FileMode.Truncate, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
}
