using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
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
            ApiResults.Ok(new QuarantineList { Data = await quarantine.ListAsync(MaxListed, cancellationToken) })).Needs(AccessRoles.Admin, everyProject: true)
            .Describe<QuarantineList>("listQuarantine", "Lists messages that no service could handle, without their bodies.");
        api.MapGet("/quarantine/{id}", async (string id, MessageQuarantine quarantine, CancellationToken cancellationToken) =>
            await quarantine.FindAsync(id, cancellationToken) is { } entry ? ApiResults.Ok(entry) : NoSuchEntry(id)).Needs(AccessRoles.Admin, everyProject: true)
            .Describe<QuarantinedMessage>("getQuarantined", "Shows one message in quarantine with its body.", [404]);
        api.MapPost("/quarantine/{id}/replay", ReplayAsync).Needs(AccessRoles.Admin, everyProject: true)
            .Describe<QuarantinedMessage>("replayQuarantined", "Sends a message again; whoever handled it before recognises it.", [404, 409]);
        api.MapPost("/quarantine/{id}/discard", DiscardAsync).Needs(AccessRoles.Admin, everyProject: true)
            .Describe<QuarantinedMessage>("discardQuarantined", "Forgets a message for good.", [404]);
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
