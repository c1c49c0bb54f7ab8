namespace LoraMesh.Contracts;

/// <summary>Control asks dataset-prep for a dataset made of raw drops. Same inputs, config and model: same dataset.</summary>
public sealed record PrepareDataset
{
    /// <summary>The job; stays the same when the command is issued again.</summary>
    public required string JobId { get; init; }

    /// <summary>The run that the job belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>1 for the first issue of this job, one more each time its lease expired.</summary>
    public required int Attempt { get; init; }

    /// <summary>The dropped files, ordered by key.</summary>
    public required IReadOnlyList<BlobRef> Inputs { get; init; }

    /// <summary>The resolved <see cref="ProjectConfig"/> as JSON.</summary>
    public required BlobRef Config { get; init; }
}

/// <summary>A dataset lies ready.</summary>
public sealed record DatasetPrepared
{
    /// <summary>The job that made it.</summary>
    public required string JobId { get; init; }

    /// <summary>The run that the job belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>Content address: SHA-256 over inputs, prep config, tokenizer and prep version (hexadecimal).</summary>
    public required string DatasetId { get; init; }

    /// <summary>The <see cref="DatasetManifest"/> as JSON.</summary>
    public required BlobRef Manifest { get; init; }

    /// <summary>Rows in the training split.</summary>
    public required int TrainRows { get; init; }

    /// <summary>Rows in the held-out split.</summary>
    public required int TestRows { get; init; }

    /// <summary>Rows left out because of a problem.</summary>
    public required int RejectedRows { get; init; }
}

/// <summary>The drops cannot be trained on; the inputs and the report lie in quarantine.</summary>
public sealed record DatasetRejected
{
    /// <summary>The job that looked at them.</summary>
    public required string JobId { get; init; }

    /// <summary>The run that the job belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>A stable word for programs, such as <c>too_few_rows</c>.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence for people: what, where, what to do.</summary>
    public required string Reason { get; init; }

    /// <summary>The report with every problem (<see cref="DataReport"/> as JSON).</summary>
    public BlobRef? Report { get; init; }
}
