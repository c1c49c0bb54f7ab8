namespace LoraMesh.Contracts;

/// <summary>A run as the API shows it.</summary>
public sealed record RunView
{
    /// <summary>Id of the run, <c>run-</c> and twelve hexadecimal digits.</summary>
    public required string Run { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>One of <see cref="RunStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Why the run is in this state, in one sentence; null while nothing is to be explained.</summary>
    public string? Reason { get; init; }

    /// <summary>A stable word for programs beside <see cref="Reason"/>, such as <c>too_few_rows</c>.</summary>
    public string? Code { get; init; }

    /// <summary>When the run was made (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When anything of it last changed (UTC).</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Seconds from its making to its end, or to now.</summary>
    public required double Seconds { get; init; }

    /// <summary>How often the job of the current stage was issued; 1 where nothing went wrong.</summary>
    public required int Attempt { get; init; }

    /// <summary>Whether no living worker has held the current job for more than a minute.</summary>
    public required bool Stalled { get; init; }

    /// <summary>Content address of the dataset, once there is one.</summary>
    public string? Dataset { get; init; }

    /// <summary>Version of the adapter in its project, once it was evaluated.</summary>
    public int? Version { get; init; }

    /// <summary>Content address of the adapter, once it was trained.</summary>
    public string? AdapterId { get; init; }

    /// <summary>Whether the adapter earned its promotion; null before the verdict.</summary>
    public bool? Promoted { get; init; }

    /// <summary>One of <see cref="GateDecision"/>; null before the verdict.</summary>
    public string? Decision { get; init; }

    /// <summary>Row counts, once the data was read.</summary>
    public RunRows? Rows { get; init; }

    /// <summary>How far the current stage has come; null where the stage reports none.</summary>
    public RunProgress? Progress { get; init; }

    /// <summary>Figures of the base model, once it was evaluated.</summary>
    public Figures? Base { get; init; }

    /// <summary>Figures of the new adapter, once it was evaluated.</summary>
    public Figures? Adapter { get; init; }

    /// <summary>Figures of the champion it was compared with, where there was one.</summary>
    public Figures? Champion { get; init; }

    /// <summary>Keys of the drops that it trains on, ordered.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The run's trace, 32 hexadecimal digits; null where traces are not collected.</summary>
    public string? TraceId { get; init; }
}

/// <summary>The states of a run as they are written in JSON.</summary>
public static class RunStates
{
    /// <summary>Drops are being made into a dataset.</summary>
    public const string Preparing = "preparing";

    /// <summary>The adapter is being trained.</summary>
    public const string Training = "training";

    /// <summary>The adapter is being compared with base and champion.</summary>
    public const string Evaluating = "evaluating";

    /// <summary>The adapter won; inference is loading it.</summary>
    public const string Deploying = "deploying";

    /// <summary>The adapter answers requests.</summary>
    public const string Promoted = "promoted";

    /// <summary>The adapter was not better; what served before goes on serving.</summary>
    public const string Refused = "refused";

    /// <summary>The adapter waits for a person to approve or reject it; no worker is busy with it.</summary>
    public const string Held = "held";

    /// <summary>Data or configuration cannot be trained on.</summary>
    public const string Rejected = "rejected";

    /// <summary>A stage could not be done.</summary>
    public const string Failed = "failed";

    /// <summary>Someone ended it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>Whether a run in this state never changes again by itself; a held one may by a person.</summary>
    public static bool IsTerminal(string state) => state is Promoted or Held or Refused or Rejected or Failed or Cancelled;
}

/// <summary>Row counts of a run's dataset.</summary>
public sealed record RunRows
{
    /// <summary>Rows trained on.</summary>
    public required int Train { get; init; }

    /// <summary>Rows held out.</summary>
    public required int Test { get; init; }

    /// <summary>Rows left out because of a problem.</summary>
    public required int Rejected { get; init; }
}

/// <summary>How far the current stage of a run has come.</summary>
public sealed record RunProgress
{
    /// <summary>State that it belongs to: <c>training</c> or <c>evaluating</c>; while the job waits also <c>preparing</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>Optimiser steps, or row evaluations, done.</summary>
    public required int Done { get; init; }

    /// <summary>Optimiser steps, or row evaluations, in all.</summary>
    public required int Total { get; init; }

    /// <summary>Loss of the newest step in nats per supervised token; training only.</summary>
    public double? Loss { get; init; }

    /// <summary>Learning rate of the newest step; training only.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Tokens per second; training only.</summary>
    public double? TokensPerSecond { get; init; }

    /// <summary>Estimated seconds to the end of the stage.</summary>
    public required double SecondsLeft { get; init; }

    /// <summary>Step of the newest complete checkpoint; training only, 0 where there is none.</summary>
    public int? CheckpointStep { get; init; }

    /// <summary>Step that this attempt started from; training only, above 0 after a resume.</summary>
    public int? ResumedFromStep { get; init; }

    /// <summary>What the job waits for, in one sentence, such as a full disk or a store that is away; null when it has told progress again.</summary>
    public string? Waiting { get; init; }
}

/// <summary>Runs, newest first.</summary>
public sealed record RunList
{
    /// <summary>The runs.</summary>
    public required IReadOnlyList<RunView> Data { get; init; }
}

/// <summary>One version of a project's adapter as the API shows it.</summary>
public sealed record AdapterView
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Version number, counting from 1 in each project.</summary>
    public required int Version { get; init; }

    /// <summary>Content address of the adapter.</summary>
    public required string AdapterId { get; init; }

    /// <summary>The run that made it.</summary>
    public required string Run { get; init; }

    /// <summary>Content address of the dataset that it was trained on.</summary>
    public required string Dataset { get; init; }

    /// <summary>When it was evaluated (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Aliases that point to it now: <c>champion</c>, <c>previous</c>, and those that people set.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Figures of the base model on the same held-out rows.</summary>
    public required Figures Base { get; init; }

    /// <summary>Figures of this adapter.</summary>
    public required Figures Adapter { get; init; }

    /// <summary>Whether its own evaluation promoted it.</summary>
    public required bool Promoted { get; init; }

    /// <summary>What people noted of it.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When its adapter was removed from the store; null while it is there.</summary>
    public DateTimeOffset? CollectedAt { get; init; }
}

/// <summary>Adapter versions of a project, newest first.</summary>
public sealed record AdapterList
{
    /// <summary>The versions.</summary>
    public required IReadOnlyList<AdapterView> Data { get; init; }

    /// <summary>What to send as <c>before</c> for older ones; null where there are none.</summary>
    public int? Next { get; init; }
}

/// <summary>What became of one drop.</summary>
public sealed record DropView
{
    /// <summary>No run has it yet.</summary>
    public const string Waiting = "waiting";

    /// <summary><see cref="Run"/> took it.</summary>
    public const string Taken = "taken";

    /// <summary><see cref="Waiting"/> or <see cref="Taken"/>.</summary>
    public required string State { get; init; }

    /// <summary>The first run that took exactly these bytes, or null.</summary>
    public string? Run { get; init; }
}

/// <summary>Answer to an upload.</summary>
public sealed record DropReceipt
{
    /// <summary>Bucket that it lies in.</summary>
    public required string Bucket { get; init; }

    /// <summary>Its key, project included.</summary>
    public required string Key { get; init; }

    /// <summary>ETag by which <c>GET /api/v1/drops</c> finds it.</summary>
    public required string Etag { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the bytes, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The run that already took exactly these bytes under this key, or null.</summary>
    public string? Run { get; init; }
}

/// <summary>Body of <c>POST /api/v1/runs/{id}/cancel</c>.</summary>
public sealed record CancelRequest
{
    /// <summary>Why, for the person who looks later.</summary>
    public string? Reason { get; init; }
}

/// <summary>Body of <c>POST /api/v1/runs/{id}/approve</c> and of <c>…/reject</c>.</summary>
public sealed record ApprovalRequest
{
    /// <summary>Who decides.</summary>
    public required string By { get; init; }

    /// <summary>Why, for the person who looks later.</summary>
    public required string Reason { get; init; }
}

/// <summary>Body of <c>POST /api/v1/projects/{project}/promote</c>.</summary>
public sealed record PromoteRequest
{
    /// <summary>The version that becomes champion.</summary>
    public required int Version { get; init; }

    /// <summary>Why, for the person who looks later.</summary>
    public string? Reason { get; init; }
}

/// <summary>Body of every answer of 400 and above.</summary>
public sealed record ErrorBody
{
    /// <summary>The error.</summary>
    public required ErrorView Error { get; init; }
}

/// <summary>What is wrong with a request.</summary>
public sealed record ErrorView
{
    /// <summary>What is wrong, found and expected, and what to do.</summary>
    public required string Message { get; init; }

    /// <summary>Kind, such as <c>invalid_request_error</c> or <c>not_found_error</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The parameter or field meant, or null.</summary>
    public string? Param { get; init; }

    /// <summary>A stable word for programs, such as <c>run_not_found</c>.</summary>
    public string? Code { get; init; }
}
