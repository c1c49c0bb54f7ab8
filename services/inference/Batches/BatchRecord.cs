using LoraMesh.Contracts;

namespace LoraMesh.Inference.Batches;

/// <summary>A batch as it lies in the store.</summary>
public sealed record BatchRecord
{
    /// <summary>The batch; ids grow with time.</summary>
    public required string Id { get; init; }

    /// <summary>Name of who made it.</summary>
    public required string Owner { get; init; }

    /// <summary>Projects that whoever made it may ask; null means all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>The file of requests.</summary>
    public required string InputFileId { get; init; }

    /// <summary>Its bytes.</summary>
    public required BlobRef Input { get; init; }

    /// <summary>The address that all its requests are for.</summary>
    public required string Endpoint { get; init; }

    /// <summary>What whoever made it wrote on it.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>One of <see cref="BatchStatus"/>.</summary>
    public string Status { get; init; } = BatchStatus.Validating;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is given up at the latest.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When its command was last sent.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Attempt of that command.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>When the first request was taken.</summary>
    public DateTimeOffset? InProgressAt { get; init; }

    /// <summary>When its end was asked for.</summary>
    public DateTimeOffset? CancellingAt { get; init; }

    /// <summary>When it came to its end.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Requests in all; 0 until the file has been read.</summary>
    public int Total { get; init; }

    /// <summary>Requests that were answered.</summary>
    public int Completed { get; init; }

    /// <summary>Requests that were not.</summary>
    public int Failed { get; init; }

    /// <summary>Answers.</summary>
    public StoredFile? Output { get; init; }

    /// <summary>Refusals and failures.</summary>
    public StoredFile? Errors { get; init; }

    /// <summary>What is wrong with the file or the work.</summary>
    public IReadOnlyList<BatchProblem>? Problems { get; init; }

    /// <summary>Whether it has come to its end.</summary>
    internal bool IsEnded => BatchStatus.IsEnd(Status);

    internal BatchView View() => new()
    {
        Id = Id,
        Endpoint = Endpoint,
        Errors = Problems is null ? null : new ListView<BatchProblem> { Data = Problems },
        InputFileId = InputFileId,
        CompletionWindow = BatchStore.Window,
        Status = Status,
        OutputFileId = Output?.Id,
        ErrorFileId = Errors?.Id,
        CreatedAt = CreatedAt.ToUnixTimeSeconds(),
        InProgressAt = InProgressAt?.ToUnixTimeSeconds(),
        ExpiresAt = ExpiresAt.ToUnixTimeSeconds(),
        CompletedAt = EndedAs(BatchStatus.Completed),
        FailedAt = EndedAs(BatchStatus.Failed),
        ExpiredAt = EndedAs(BatchStatus.Expired),
        CancellingAt = CancellingAt?.ToUnixTimeSeconds(),
        CancelledAt = EndedAs(BatchStatus.Cancelled),
        RequestCounts = new BatchCounts(Total, Completed, Failed),
        Metadata = Metadata,
    };

    internal BatchEnded Announcement() => new()
    {
        BatchId = Id,
        Status = Status,
        Output = Output?.Content,
        Errors = Errors?.Content,
        Completed = Completed,
        Failed = Failed,
        Code = Problems?[0].Code,
        Reason = Problems?[0].Message,
    };

    private long? EndedAs(string status) => Status == status ? EndedAt?.ToUnixTimeSeconds() : null;
}
