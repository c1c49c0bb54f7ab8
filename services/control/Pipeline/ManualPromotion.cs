using LoraMesh.Control.Outbox;
using LoraMesh.Control.Registry;
using LoraMesh.Control.Registry.Rows;
using Microsoft.EntityFrameworkCore;

namespace LoraMesh.Control.Pipeline;

/// <summary>Moves the champion alias because a person says so; the verdict of the evaluation is not asked.</summary>
public sealed class ManualPromotion(RegistryStore registry, OutboxDispatcher outbox, TimeProvider time, ILogger<ManualPromotion> log)
{
    /// <summary>Makes a version champion.</summary>
    /// <returns>Null where it was done, otherwise why it was not.</returns>
    public Task<PromotionProblem?> PromoteAsync(string project, int version, string why, string who, CancellationToken cancellationToken) =>
        MoveAsync(project, context => context.Versions.SingleOrDefaultAsync(row => row.Project == project && row.Version == version, cancellationToken), PromotionProblem.NoSuchVersion, "promoted_by_hand", why, who, cancellationToken);

    /// <summary>Makes the version champion that was it before.</summary>
    /// <returns>Null where it was done, otherwise why it was not.</returns>
    public Task<PromotionProblem?> RollBackAsync(string project, string why, string who, CancellationToken cancellationToken) =>
        MoveAsync(project, context => context.AliasedAsync(project, AliasRow.Previous, cancellationToken), PromotionProblem.NothingBefore, "rolled_back", why, who, cancellationToken);

    private async Task<PromotionProblem?> MoveAsync(string project, Func<RegistryContext, Task<AdapterVersionRow?>> find, PromotionProblem absent, string what, string why, string who, CancellationToken cancellationToken)
    {
        var problem = await registry.WriteAsync<PromotionProblem?>(
            async context =>
            {
                if (await find(context) is not { } version)
                {
                    return absent;
                }

                if (version.CollectedAt is not null)
                {
                    return PromotionProblem.IsCollected;
                }

                var reigning = await context.ChampionAsync(project, cancellationToken);
                if (reigning?.Alias.Version == version.Version)
                {
                    return PromotionProblem.IsChampion;
                }

                var winner = VersionQueries.AliasOf(version);
                Effect[] effects =
                [
                    .. Promotion.Moves(winner, reigning?.Alias),
                    new Note(what, $"Version {version.Version} instead of {(reigning is null ? "none" : reigning.Value.Alias.Version)}: {why}", version.Version),
                    new Send(Promotion.Announcement(winner)),
                ];
                await context.ApplyEffectsAsync(effects, project, null, who, time.GetUtcNow(), cancellationToken);
                log.PromotedByHand(version.Version, project, why);
                return null;
            },
            cancellationToken);
        outbox.Added.Wake();
        return problem;
    }
}
