using LoraMesh.Contracts;

namespace LoraMesh.Control.Queries;

/// <summary>A project in one line.</summary>
public sealed record ProjectGlance
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The version that answers; null where none does yet.</summary>
    public VersionPoint? Champion { get; init; }

    /// <summary>When the champion was evaluated (UTC).</summary>
    public DateTimeOffset? ChampionSince { get; init; }

    /// <summary>The newest versions, oldest first.</summary>
    public required IReadOnlyList<VersionPoint> Trend { get; init; }

    /// <summary>The newest run; null where there was none.</summary>
    public string? Run { get; init; }

    /// <summary>State of the newest run.</summary>
    public string? State { get; init; }

    /// <summary>Whether no living worker holds the job of the newest run.</summary>
    public bool IsStalled { get; init; }

    /// <summary>Drops that no run has taken.</summary>
    public required int Waiting { get; init; }
}

/// <summary>A version with its figures.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Figures">Its own figures on its held-out rows.</param>
/// <param name="Promoted">Whether its evaluation promoted it.</param>
public sealed record VersionPoint(int Version, Figures Figures, bool Promoted);

/// <summary>Some projects, ordered by name.</summary>
/// <param name="Projects">The projects.</param>
/// <param name="Next">The name after which more follow; null where none do.</param>
public sealed record ProjectPage(IReadOnlyList<ProjectGlance> Projects, string? Next);
