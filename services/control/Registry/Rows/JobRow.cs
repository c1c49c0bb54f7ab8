namespace LoraMesh.Control.Registry.Rows;

/// <summary>A job: one stage of one run.</summary>
public sealed class JobRow
{
    /// <summary>Primary key.</summary>
    public required string JobId { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary><c>prepare</c>, <c>train</c>, <c>evaluate</c> or <c>deploy</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>1, and one more each time that a worker died with it.</summary>
    public required int Attempt { get; set; }

    /// <summary>When its command was first issued.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When its command was last issued.</summary>
    public required DateTimeOffset IssuedAt { get; set; }

    /// <summary>When it was answered or given up; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; set; }
}
