namespace LoraMesh.Contracts;

/// <summary>Control asks the evaluator whether a candidate is better than base and champion.</summary>
public sealed record EvaluateAdapter
{
    /// <summary>The job; stays the same when the command is issued again.</summary>
    public required string JobId { get; init; }

    /// <summary>The run that the job belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>1 for the first issue of this job, one more each time its lease expired.</summary>
    public required int Attempt { get; init; }

    /// <summary>The candidate's <see cref="AdapterManifest"/> as JSON.</summary>
    public required BlobRef Candidate { get; init; }

    /// <summary>The reigning champion's manifest, if the project has one on the same base model.</summary>
    public BlobRef? Champion { get; init; }

    /// <summary>The <see cref="DatasetManifest"/> as JSON.</summary>
    public required BlobRef Dataset { get; init; }

    /// <summary>The resolved <see cref="ProjectConfig"/> as JSON.</summary>
    public required BlobRef Config { get; init; }
}

/// <summary>How far an evaluation has come. The newest one counts.</summary>
public sealed record EvaluationProgressed
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Row evaluations done, summed over the contestants.</summary>
    public required int Done { get; init; }

    /// <summary>Row evaluations in all.</summary>
    public required int Total { get; init; }

    /// <summary>Estimated seconds to the end.</summary>
    public required double SecondsLeft { get; init; }
}

/// <summary>The figures and the verdict.</summary>
public sealed record AdapterEvaluated
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Whether the candidate earned its promotion.</summary>
    public required bool Promote { get; init; }

    /// <summary>One of <see cref="GateDecision"/>; null where <see cref="Promote"/> says all.</summary>
    public string? Decision { get; init; }

    /// <summary>The verdict in one sentence with its figures.</summary>
    public required string Reason { get; init; }

    /// <summary>Figures of the base model alone.</summary>
    public required Figures Base { get; init; }

    /// <summary>Figures of base and candidate.</summary>
    public required Figures Candidate { get; init; }

    /// <summary>Figures of base and champion, where there is a champion.</summary>
    public Figures? Champion { get; init; }

    /// <summary>The <see cref="EvaluationReport"/> as JSON.</summary>
    public required BlobRef Report { get; init; }
}

/// <summary>The evaluation could not be made.</summary>
public sealed record EvaluationFailed
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>A stable word for programs, such as <c>adapter_not_applied</c>.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence for people: what, where, what to do.</summary>
    public required string Reason { get; init; }
}

/// <summary>What was measured of one contestant on the held-out rows.</summary>
public sealed record Figures
{
    /// <summary>Mean loss per supervised token, in nats.</summary>
    public required double Loss { get; init; }

    /// <summary>Share of rows whose greedy answer equals the reference, surrounding white space aside; 0 to 1.</summary>
    public required double ExactMatch { get; init; }

    /// <summary>Standard error of <see cref="ExactMatch"/>.</summary>
    public required double ExactMatchStderr { get; init; }

    /// <summary>Rows measured.</summary>
    public required int Rows { get; init; }
}
