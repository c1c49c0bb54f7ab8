using LoraMesh.Contracts;
using LoraMesh.Control.Registry.Rows;

namespace LoraMesh.Control.Pipeline;

/// <summary>What changes when an adapter becomes champion, whether by its verdict or by hand.</summary>
public static class Promotion
{
    /// <summary>
    /// The aliases move before anyone is told; the replaced champion stays loaded until its successor answers.
    /// </summary>
    public static IReadOnlyList<Effect> Moves(AdapterAlias winner, AdapterAlias? reigning)
    {
        var champion = new MoveAlias(AliasRow.Champion, winner);
        return reigning is null || reigning.Version == winner.Version
            ? [champion]
            : [new MoveAlias(AliasRow.Previous, reigning), champion, new RetireLater(reigning.Version)];
    }

    /// <summary>The event that tells inference.</summary>
    public static AdapterPromoted Announcement(AdapterAlias champion) =>
        new() { Project = champion.Project, Version = champion.Version, AdapterId = champion.AdapterId, Adapter = champion.Adapter };
}
