using LoraMesh.Contracts;
using LoraMesh.Control.Queries;
using LoraMesh.Hosting.Access;
using LoraMesh.Hosting.Http;

namespace LoraMesh.Control.Api;

/// <summary>Answers for another's run as for one that does not exist, and asks for the role in the run's own project.</summary>
internal sealed class OwnRunFilter(RunViews views) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var caller = Caller.Of(http);
        var role = http.GetEndpoint()?.Metadata.GetMetadata<NeedsRole>()?.Role ?? AccessRoles.Admin;
        if (caller.HasEverywhere(role))
        {
            return await next(context);
        }

        var id = http.Request.RouteValues["id"]?.ToString() ?? "";
        if (await views.FindAsync(id, http.RequestAborted) is not { } run || !caller.Covers(run.Project))
        {
            return RunEndpoints.NoSuchRun(id);
        }

        return caller.Has(role, run.Project) ? await next(context)
            : ApiError.Create(StatusCodes.Status403Forbidden, $"This needs the role '{role}' in project '{run.Project}', which '{caller.Name}' has elsewhere.", "id", "role_missing");
    }
}
