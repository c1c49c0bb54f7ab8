using System.Text.Json.Serialization;

namespace LoraMesh.Contracts;

/// <summary>Someone asks for the answers to a file of requests, in the form of OpenAI's batch files: one JSON object a line.</summary>
public sealed record CompleteBatch
{
    /// <summary>The batch: <c>batch_</c> and up to 60 of a-z, A-Z, 0-9, '_' and '-'.</summary>
    public required string BatchId { get; init; }

    /// <summary>1 for the first issue, one more each time its lease expired.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The file, where the batch comes over the bus alone; null where it was made over HTTP, which has written down all of it.</summary>
    public BlobRef? Input { get; init; }

    /// <summary>The address that all its requests are for; <c>/v1/chat/completions</c> where nothing is said.</summary>
    public string? Endpoint { get; init; }
}

/// <summary>A batch has come to its end.</summary>
public sealed record BatchEnded
{
    /// <summary>The batch.</summary>
    public required string BatchId { get; init; }

    /// <summary>One of <see cref="BatchStatus"/> that is an end.</summary>
    public required string Status { get; init; }

    /// <summary>Answers, a line each; null where there are none.</summary>
    public BlobRef? Output { get; init; }

    /// <summary>Refusals and failures, a line each; null where there are none.</summary>
    public BlobRef? Errors { get; init; }

    /// <summary>Requests that were answered.</summary>
    public int Completed { get; init; }

    /// <summary>Requests that were not.</summary>
    public int Failed { get; init; }

    /// <summary>A stable word for programs, where the batch failed.</summary>
    public string? Code { get; init; }

    /// <summary>One sentence for people, where the batch failed.</summary>
    public string? Reason { get; init; }
}

/// <summary>How far a batch has come; OpenAI's words.</summary>
public static class BatchStatus
{
    /// <summary>It waits for a replica that is free, or its file is being read.</summary>
    public const string Validating = "validating";

    /// <summary>Its file is wrong, or it could not be worked on.</summary>
    public const string Failed = "failed";

    /// <summary>Its requests are being answered.</summary>
    public const string InProgress = "in_progress";

    /// <summary>All requests are answered, and the files of them written.</summary>
    public const string Completed = "completed";

    /// <summary>It was not done within its window; what was answered is there.</summary>
    public const string Expired = "expired";

    /// <summary>It is to be given up.</summary>
    public const string Cancelling = "cancelling";

    /// <summary>It was given up; what was answered is there.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Whether nothing comes after it.</summary>
    public static bool IsEnd(string status) => status is Failed or Completed or Expired or Cancelled;
}

/// <summary><c>POST /v1/batches</c> and what follows: a batch as OpenAI's clients read it. Times are Unix seconds.</summary>
public sealed record BatchView
{
    /// <summary>The batch.</summary>
    public required string Id { get; init; }

    /// <summary>Always <c>batch</c>.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "batch";

    /// <summary>The address that all its requests are for.</summary>
    public required string Endpoint { get; init; }

    /// <summary>What is wrong with its file; null where nothing is.</summary>
    public ListView<BatchProblem>? Errors { get; init; }

    /// <summary>The file of requests.</summary>
    public required string InputFileId { get; init; }

    /// <summary>The time that it may take.</summary>
    public required string CompletionWindow { get; init; }

    /// <summary>One of <see cref="BatchStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The file of answers, once there is one.</summary>
    public string? OutputFileId { get; init; }

    /// <summary>The file of refusals and failures, once there is one.</summary>
    public string? ErrorFileId { get; init; }

    /// <summary>When it was made.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When the first request was taken.</summary>
    public long? InProgressAt { get; init; }

    /// <summary>When it is given up at the latest.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>When all was done.</summary>
    public long? CompletedAt { get; init; }

    /// <summary>When it failed.</summary>
    public long? FailedAt { get; init; }

    /// <summary>When its window ended.</summary>
    public long? ExpiredAt { get; init; }

    /// <summary>When its end was asked for.</summary>
    public long? CancellingAt { get; init; }

    /// <summary>When it was given up.</summary>
    public long? CancelledAt { get; init; }

    /// <summary>How many requests there are.</summary>
    public required BatchCounts RequestCounts { get; init; }

    /// <summary>What whoever made it wrote on it.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>Requests of a batch.</summary>
/// <param name="Total">In all; 0 until the file has been read.</param>
/// <param name="Completed">Answered.</param>
/// <param name="Failed">Refused or failed.</param>
public sealed record BatchCounts(int Total, int Completed, int Failed);

/// <summary>What is wrong with a line of a batch's file.</summary>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="Param">The field.</param>
/// <param name="Line">The line, counted from 1.</param>
public sealed record BatchProblem(string Code, string Message, string? Param, int? Line);

/// <summary>A file of the API, as OpenAI's clients read it.</summary>
public sealed record FileView
{
    /// <summary>The file.</summary>
    public required string Id { get; init; }

    /// <summary>Always <c>file</c>.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "file";

    /// <summary>Its length.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was stored, in Unix seconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When it is removed, in Unix seconds.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>Its name.</summary>
    public required string Filename { get; init; }

    /// <summary><c>batch</c> for requests, <c>batch_output</c> for what came of them.</summary>
    public required string Purpose { get; init; }

    /// <summary>Always <c>processed</c>.</summary>
    public string Status { get; init; } = "processed";
}

/// <summary>A page of a list, as OpenAI's clients read it.</summary>
public sealed record ListView<T>
{
    /// <summary>Always <c>list</c>.</summary>
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "list";

    /// <summary>What is on the page.</summary>
    public required IReadOnlyList<T> Data { get; init; }

    /// <summary>Whether there is more after it.</summary>
    public bool HasMore { get; init; }
}
