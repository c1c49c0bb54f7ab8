using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LoraMesh.Hosting.Access;

/// <summary>Says of an endpoint which role it needs; where a route has a <c>{project}</c>, the caller's key must cover it.</summary>
/// <param name="Role">One of <see cref="AccessRoles"/>.</param>
/// <param name="EveryProject">Whether a key for some projects is not enough, since what the endpoint shows belongs to no one project.</param>
public sealed record NeedsRole(string Role, bool EveryProject = false);

/// <summary>Guards every endpoint: what says nothing of roles needs a known caller all the same.</summary>
public static class AccessEndpoints
{
    /// <summary>Refuses whoever lacks the role, or whose key does not cover the <c>{project}</c> of the route.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, string role, bool everyProject = false)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeedsRole(role, everyProject));

    /// <summary>Asks every request who calls. Call it after <see cref="ApiErrors.UseLoraMeshErrors"/>.</summary>
    public static IApplicationBuilder UseLoraMeshAccess(this IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        return app.Use(CheckAsync);
    }

    internal static void AddAccess(this IServiceCollection services)
    {
        services.AddCheckedOptions<AccessOptions>(AccessOptions.Section);
        services.TryAddSingleton<ApiKeys>();
        services.AddAuthentication(KeyAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, null);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder(KeyAuthentication.SchemeName).RequireAuthenticatedUser().Build());
    }

    private static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return next(http);
        }

        var caller = Caller.Of(http);
        var needed = endpoint.Metadata.GetMetadata<NeedsRole>();
        if (needed is not null && !caller.Has(needed.Role))
        {
            return RefuseAsync(http, $"This needs the role '{needed.Role}'; the key of '{caller.Name}' has the role '{caller.Role}'.", null, "role_missing");
        }

        if (needed is { EveryProject: true } && caller.Projects is not null)
        {
            return RefuseAsync(http, $"This needs a key for all projects; the key of '{caller.Name}' is for some.", null, "project_not_covered");
        }

        return http.Request.RouteValues.TryGetValue("project", out var project) && project is string name && !caller.Covers(name)
            ? RefuseAsync(http, $"The key of '{caller.Name}' is not for project '{name}'.", "project", "project_not_covered")
            : next(http);
    }

    private static Task RefuseAsync(HttpContext http, string message, string? param, string code) =>
        ApiError.Create(StatusCodes.Status403Forbidden, message, param, code).ExecuteAsync(http);
}
