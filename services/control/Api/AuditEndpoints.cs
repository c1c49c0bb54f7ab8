using LoraMesh.Contracts;
using LoraMesh.Control.Api.OpenApi;
using LoraMesh.Control.Queries;
using LoraMesh.Control.Registry;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;

namespace LoraMesh.Control.Api;

/// <summary>The audit trail and the lineage of versions.</summary>
public static class AuditEndpoints
{
    private const int DefaultLimit = 100;

    /// <summary>Adds the routes.</summary>
    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        api.MapGet("/audit", ListAsync).Needs(AccessRoles.Admin, everyProject: true)
            .Describe<AuditList>("listAudit", "Lists the newest entries of the audit trail.", [400]);
        api.MapGet("/audit/verify", async (string? head, RegistryStore registry, CancellationToken cancellationToken) =>
            ApiResults.Ok(await AuditChain.VerifyAsync(registry, head, cancellationToken))).Needs(AccessRoles.Admin, everyProject: true)
            .Describe<AuditVerdict>("verifyAudit", "Walks the chain of the audit trail, and says whether every entry is as it was written.");
        api.MapGet("/projects/{project}/adapters/{version:int}/lineage", async (string project, int version, LineageViews lineage, CancellationToken cancellationToken) =>
            await lineage.FindAsync(project, version, cancellationToken) is { } view ? ApiResults.Ok(view)
            : ApiError.NotFound($"Project '{project}' has no version {version}. GET …/adapters lists them.", "version", "version_not_found")).Needs(AccessRoles.Viewer)
            .Describe<LineageView>("getLineage", "Shows where a version comes from and what became of it.", [404]);
    }

    private static async Task<IResult> ListAsync(string? project, string? limit, LineageViews lineage, CancellationToken cancellationToken)
    {
        var count = ListLimit.Read(limit, DefaultLimit, out var problem);
        return problem ?? ApiResults.Ok(await lineage.AuditAsync(project, count, cancellationToken));
    }
}
