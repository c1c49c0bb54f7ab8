namespace LoraMesh.Control.Queries;

/// <summary>Which runs are asked for, and from where on.</summary>
public sealed record RunFilter
{
    /// <summary>Stands for every state that a run has not ended in.</summary>
    public const string Open = "open";

    /// <summary>Stands for runs whose job no living worker holds.</summary>
    public const string Stalled = "stalled";

    /// <summary>The project; null for all.</summary>
    public string? Project { get; init; }

    /// <summary>One of <see cref="Contracts.RunStates"/>, <see cref="Open"/> or <see cref="Stalled"/>; null for all.</summary>
    public string? State { get; init; }

    /// <summary>Only runs of these projects; null for all.</summary>
    public IReadOnlyList<string>? Of { get; init; }

    /// <summary>Only runs that are older than the one of this number.</summary>
    public long? Before { get; init; }

    /// <summary>Only runs that are newer than the one of this number, the oldest of them.</summary>
    public long? After { get; init; }

    /// <summary>How many at most.</summary>
    public int Limit { get; init; } = 50;
}
