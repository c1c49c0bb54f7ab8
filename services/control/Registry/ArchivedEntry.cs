using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.Control.Registry;

/// <summary>An entry of the audit trail as it lies in the store; the members are those of <see cref="AuditRow"/>.</summary>
internal sealed record ArchivedEntry
{
    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Who { get; init; }

    public required string What { get; init; }

    public required string Project { get; init; }

    public string? Run { get; init; }

    public int? Version { get; init; }

    public required string Why { get; init; }

    public required string Hash { get; init; }

    internal static ArchivedEntry Of(AuditRow row) => new()
    {
        Sequence = row.Sequence!.Value, At = row.At, Who = row.Who, What = row.What, Project = row.Project, Run = row.RunId, Version = row.Version, Why = row.Why, Hash = row.Hash!,
    };

    internal AuditRow ToRow() => new() { Sequence = Sequence, At = At, Who = Who, What = What, Project = Project, RunId = Run, Version = Version, Why = Why, Hash = Hash };
}
