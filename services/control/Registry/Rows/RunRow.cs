namespace LoraMesh.Control.Registry.Rows;

/// <summary>A run: its state as one document, and what is searched for as columns.</summary>
public sealed class RunRow
{
    /// <summary>Primary key; grows with each run.</summary>
    public long Number { get; init; }

    /// <summary>Id of the run; unique.</summary>
    public required string RunId { get; init; }

    /// <summary>The project; at most one run of a project has not ended.</summary>
    public required string Project { get; init; }

    /// <summary>State of the run.</summary>
    public required string State { get; set; }

    /// <summary>Whether the state is terminal.</summary>
    public required bool Ended { get; set; }

    /// <summary>Version that is being deployed or was made by it.</summary>
    public int? Version { get; set; }

    /// <summary>The run (<see cref="Pipeline.Run"/>) as JSON.</summary>
    public required string Document { get; set; }

    /// <summary>Newest progress as JSON; at most two seconds old while the process lives.</summary>
    public string? Progress { get; set; }

    /// <summary>Whether no living worker has held the job for more than a minute.</summary>
    public bool Stalled { get; set; }
}
