using LoraMesh.Control.Queries;
using LoraMesh.Hosting.Access;

namespace LoraMesh.Control.Api;

/// <summary>Answers for another's run as for one that does not exist.</summary>
internal sealed class OwnRunFilter(RunViews views) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var caller = Caller.Of(context.HttpContext);
        var id = context.HttpContext.Request.RouteValues["id"]?.ToString() ?? "";
        return caller.Projects is null || (await views.FindAsync(id, context.HttpContext.RequestAborted) is { } run && caller.Covers(run.Project))
            ? await next(context)
            : RunEndpoints.NoSuchRun(id);
    }
}
