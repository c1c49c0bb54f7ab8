using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Bus;
using LoraMesh.Hosting.Http;
using MassTransit;

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

    // Sent as any other message: whoever handled it before recognises it by run and job, as every duplicate. The
    // entry goes only after that; if the message is given up once more, it comes back with a higher count.
    private static async Task<IResult> ReplayAsync(string id, MessageQuarantine quarantine, IBus bus, CancellationToken cancellationToken)
    {
        if (await quarantine.FindAsync(id, cancellationToken) is not { } entry)
        {
            return NoSuchEntry(id);
        }

        if (MessageEnvelope.Open(entry.Body ?? "") is not { } message)
        {
            return ApiError.Conflict($"Message {id} of queue {entry.Queue} cannot be sent again: its body is cut off, malformed, or of a type that this version does not know ({entry.Type ?? "none"}). Look at it with GET …/quarantine/{id}, then discard it.", "id", "not_replayable");
        }

        await bus.Publish(message, message.GetType(), cancellationToken);
        await quarantine.DeleteAsync(id, cancellationToken);
        return ApiResults.Ok(entry);
    }

    private static async Task<IResult> DiscardAsync(string id, MessageQuarantine quarantine, CancellationToken cancellationToken)
    {
        if (await quarantine.FindAsync(id, cancellationToken) is not { } entry)
        {
            return NoSuchEntry(id);
        }

        await quarantine.DeleteAsync(id, cancellationToken);
        return ApiResults.Ok(entry);
    }

    private static IResult NoSuchEntry(string id) => ApiError.NotFound($"Nothing in quarantine has the id '{id}'. GET /api/v1/quarantine lists what is there.", "id", "not_in_quarantine");
}
