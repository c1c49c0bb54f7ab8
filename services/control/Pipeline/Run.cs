using LoraMesh.Contracts;

namespace LoraMesh.Control.Pipeline;

/// <summary>Everything the pipeline knows of one run; what the registry stores of it as a document.</summary>
public sealed record Run
{
    /// <summary>Id of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>One of <see cref="RunStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is in this state; null while nothing is to be explained.</summary>
    public string? Reason { get; init; }

    /// <summary>A stable word beside the reason.</summary>
    public string? Code { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The open job; null once the run has ended.</summary>
    public RunJob? Job { get; init; }

    /// <summary>How often the command of the newest job was issued to a fresh worker.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The drops, ordered by key.</summary>
    public required IReadOnlyList<BlobRef> Inputs { get; init; }

    /// <summary>The resolved settings; null only where they were the reason for a rejection.</summary>
    public BlobRef? Config { get; init; }

    /// <summary>The dataset, once prepared.</summary>
    public DatasetPrepared? Dataset { get; init; }

    /// <summary>Report of a rejected dataset.</summary>
    public BlobRef? RejectionReport { get; init; }

    /// <summary>Manifest of the champion when training was first asked for, which it may go on from; null where there was none.</summary>
    public BlobRef? ChampionAtStart { get; init; }

    /// <summary>The adapter, once trained.</summary>
    public AdapterTrained? Trained { get; init; }

    /// <summary>Digest of the base model that the adapter belongs to.</summary>
    public string? ModelDigest { get; init; }

    /// <summary>Manifest of the champion that the adapter is compared with; null where there is none on this base model.</summary>
    public BlobRef? Champion { get; init; }

    /// <summary>Version of the champion that reigned when the verdict came; null where there was none.</summary>
    public int? ReigningVersion { get; init; }

    /// <summary>The verdict, once evaluated.</summary>
    public AdapterEvaluated? Verdict { get; init; }

    /// <summary>The version that the adapter got with the verdict.</summary>
    public int? Version { get; init; }

    /// <summary>Root of the run's trace (W3C <c>traceparent</c>); null where none was recorded.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>The job that a run waits for.</summary>
public sealed record RunJob
{
    /// <summary>Id of the job; the same over all attempts.</summary>
    public required string JobId { get; init; }

    /// <summary><c>prepare</c>, <c>train</c>, <c>evaluate</c> or <c>deploy</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>When its command was first issued.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its command was last issued.</summary>
    public required DateTimeOffset IssuedAt { get; init; }
}
