namespace LoraMesh.Control.Registry.Rows;

/// <summary>Who did what, when and why; rows are only ever added.</summary>
public sealed class AuditRow
{
    /// <summary>Primary key.</summary>
    public long Id { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who: the name of a key, <c>api</c> where access is open, <c>intake</c>, <c>watch</c>, or the owner of a stage.</summary>
    public required string Who { get; init; }

    /// <summary>What was done, a stable word.</summary>
    public required string What { get; init; }

    /// <summary>The project; empty where it concerns none or several.</summary>
    public required string Project { get; init; }

    /// <summary>The run, where it concerns one.</summary>
    public string? RunId { get; init; }

    /// <summary>The version, where it concerns one.</summary>
    public int? Version { get; init; }

    /// <summary>Place in the chain, counting from 1; null in rows from before there was one.</summary>
    public long? Sequence { get; set; }

    /// <summary>SHA-256 over the row and the hash of the one before it (<see cref="AuditChain"/>).</summary>
    public string? Hash { get; set; }

    /// <summary>Why, in one sentence.</summary>
    public required string Why { get; init; }
}
