using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Retention;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;

namespace LoraMesh.Control.Api;

/// <summary>Collects garbage because somebody asks.</summary>
public static class GarbageEndpoints
{
    /// <summary>Adds <c>POST /garbage</c>.</summary>
    public static void MapGarbage(this IEndpointRouteBuilder api) => api.MapPost("/garbage", async (HttpRequest request, GarbageCollector collector, CancellationToken cancellationToken) =>
    {
        var (body, problem) = await RequestBody.ReadAsync<GarbageRequest>(request, cancellationToken);
        return problem ?? (await collector.CollectAsync(body?.DryRun ?? false, Caller.Of(request.HttpContext).Name, cancellationToken) is { } report
            ? ApiResults.Ok(report)
            : ApiError.Conflict("Another process is collecting garbage; ask again later.", null, "already_collecting"));
    }).Needs(AccessRoles.Admin, everyProject: true)
        .Takes<GarbageRequest>(isRequired: false).Describe<GarbageReport>("collectGarbage", "Removes what nothing refers to any more, or tells what would be removed.", [409]);
}
