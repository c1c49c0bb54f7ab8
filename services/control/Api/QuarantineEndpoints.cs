using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Http;

namespace LoraMesh.Control.Api;

/// <summary>What can be asked of messages that no handler could bear, and what can be done with them.</summary>
public static class QuarantineEndpoints
{
    private const int MaxListed = 1000;

    /// <summary>Adds the routes below <c>/quarantine</c>.</summary>
    public static void MapQuarantine(this IEndpointRouteBuilder api)
    {
        api.MapGet("/quarantine", async (MessageQuarantine quarantine, CancellationToken cancellationToken) =>
            ApiResults.Ok(new QuarantineList { Data = await quarantine.ListAsync(MaxListed, cancellationToken) })).Needs(AccessRoles.Admin, everyProject: true);
        api.MapGet("/quarantine/{id}", async (string id, MessageQuarantine quarantine, CancellationToken cancellationToken) =>
            await quarantine.FindAsync(id, cancellationToken) is { } entry ? ApiResults.Ok(entry) : NoSuchEntry(id)).Needs(AccessRoles.Admin, everyProject: true);
        api.MapPost("/quarantine/{id}/replay", ReplayAsync).Needs(AccessRoles.Admin, everyProject: true);
        api.MapPost("/quarantine/{id}/discard", DiscardAsync).Needs(AccessRoles.Admin, everyProject: true);
    }

    private static async Task<IResult> ReplayAsync(string id, HttpContext http, QuarantineReplay replay, CancellationToken cancellationToken) => await replay.ReplayAsync(id, Caller.Of(http).Name, cancellationToken) switch
    {
        (null, _) => NoSuchEntry(id),
        ({ } entry, false) => ApiError.Conflict(QuarantineReplay.WhyNot(entry), "id", "not_replayable"),
        var (entry, _) => ApiResults.Ok(entry),
    };

    private static async Task<IResult> DiscardAsync(string id, HttpContext http, QuarantineReplay replay, CancellationToken cancellationToken) =>
        await replay.DiscardAsync(id, Caller.Of(http).Name, cancellationToken) is { } entry ? ApiResults.Ok(entry) : NoSuchEntry(id);

    private static IResult NoSuchEntry(string id) => ApiError.NotFound($"Nothing in quarantine has the id '{id}'. GET /api/v1/quarantine lists what is there.", "id", "not_in_quarantine");
}
