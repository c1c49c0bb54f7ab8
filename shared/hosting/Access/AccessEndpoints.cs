using LoraMesh.Contracts;
using LoraMesh.Hosting.Configuration;
using LoraMesh.Hosting.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LoraMesh.Hosting.Access;

/// <summary>Says of an endpoint which role it needs; where a route has a <c>{project}</c>, it is needed there.</summary>
/// <param name="Role">One of <see cref="AccessRoles"/>.</param>
/// <param name="EveryProject">Whether the role in some projects is not enough, since what the endpoint shows belongs to no one project.</param>
public sealed record NeedsRole(string Role, bool EveryProject = false);

/// <summary>Guards every endpoint: what says nothing of roles needs a known caller all the same.</summary>
public static class AccessEndpoints
{
    /// <summary>Scheme that asks keys or tokens, by what was sent.</summary>
    internal const string Bearer = "bearer";

    private const string HeaderStart = "Bearer ";

    /// <summary>Refuses whoever lacks the role, in the <c>{project}</c> of the route where it has one.</summary>
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
        services.AddCheckedOptions<TokenOptions>(TokenOptions.Section);
        services.AddCheckedOptions<ClientCertificateOptions>(ClientCertificateOptions.Section);
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ClientCertificateCheck>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, TokenAuthentication>();
        services.AddAuthentication(Bearer)
            .AddPolicyScheme(Bearer, null, policy => policy.ForwardDefaultSelector = SchemeOf)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.SchemeName, null)
            .AddJwtBearer(TokenAuthentication.SchemeName, _ => { });
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder(Bearer).RequireAuthenticatedUser().Build());
    }

    /// <summary>What a request bears after <c>Authorization: Bearer</c>; null where that is missing.</summary>
    internal static string? BearerOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(HeaderStart, StringComparison.OrdinalIgnoreCase) ? header[HeaderStart.Length..].Trim() : null;

    // Where access is open nobody is asked, whatever is sent; where no provider is configured everything is a key.
    private static string SchemeOf(HttpContext http) =>
        http.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.Mode == AccessOptions.Keys
        && http.RequestServices.GetRequiredService<IOptions<TokenOptions>>().Value.AreUsed
        && BearerOf(http.Request) is { } text && TokenAuthentication.IsToken(text)
            ? TokenAuthentication.SchemeName
            : KeyAuthentication.SchemeName;

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
            return RefuseAsync(http, caller.Grants.Count == 0
                ? $"'{caller.Name}' is known, but has no role here: no claim of the token is among Access:Tokens:Grants."
                : $"This needs the role '{needed.Role}'; '{caller.Name}' has the role '{caller.Role}'.", null, "role_missing");
        }

        if (needed is { EveryProject: true } && !caller.HasEverywhere(needed.Role))
        {
            return RefuseAsync(http, $"This needs the role '{needed.Role}' for all projects; '{caller.Name}' has it for some.", null, "project_not_covered");
        }

        if (http.Request.RouteValues.TryGetValue("project", out var project) && project is string name)
        {
            if (!caller.Covers(name))
            {
                return RefuseAsync(http, $"'{caller.Name}' has no role in project '{name}'.", "project", "project_not_covered");
            }

            if (needed is not null && !caller.Has(needed.Role, name))
            {
                return RefuseAsync(http, $"This needs the role '{needed.Role}' in project '{name}', which '{caller.Name}' has elsewhere.", "project", "role_missing");
            }
        }

        return next(http);
    }

    private static Task RefuseAsync(HttpContext http, string message, string? param, string code) =>
        ApiError.Create(StatusCodes.Status403Forbidden, message, param, code).ExecuteAsync(http);
}
