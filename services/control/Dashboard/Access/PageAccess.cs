using LoraMesh.Contracts;
using LoraMesh.Hosting.Access;
using Microsoft.AspNetCore.Authorization;

namespace LoraMesh.Control.Dashboard.Access;

/// <summary>Says of a page which role it needs; where its route has a <c>{Project}</c>, the caller's key must cover it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PageAccessAttribute : AuthorizeAttribute
{
    /// <summary>Says it.</summary>
    /// <param name="role">One of <see cref="AccessRoles"/>.</param>
    /// <param name="everyProject">Whether a key for some projects is not enough.</param>
    public PageAccessAttribute(string role, bool everyProject = false)
        : base(NameOf(role, everyProject))
    {
        Role = role;
        EveryProject = everyProject;
    }

    /// <summary>The role.</summary>
    public string Role { get; }

    /// <summary>Whether a key for some projects is not enough.</summary>
    public bool EveryProject { get; }

    /// <summary>Name of the policy that enforces it.</summary>
    internal static string NameOf(string role, bool everyProject) => $"page:{role}{(everyProject ? ":every-project" : "")}";
}

/// <summary>The rule behind <see cref="PageAccessAttribute"/>.</summary>
/// <param name="Role">The role.</param>
/// <param name="EveryProject">Whether a key for some projects is not enough.</param>
internal sealed record PageRequirement(string Role, bool EveryProject) : IAuthorizationRequirement
{
    /// <summary>Adds the policies of all pages.</summary>
    public static void AddPolicies(AuthorizationBuilder authorization)
    {
        foreach (var role in AccessRoles.All)
        {
            foreach (var everyProject in new[] { false, true })
            {
                authorization.AddPolicy(PageAccessAttribute.NameOf(role, everyProject), policy =>
                    policy.AddAuthenticationSchemes(SessionAuthentication.SchemeName).RequireAuthenticatedUser().AddRequirements(new PageRequirement(role, everyProject)));
            }
        }
    }
}

/// <summary>Decides by caller and route: of a request where a page is opened, of the router where it is reached within one.</summary>
internal sealed class PageAuthorization : AuthorizationHandler<PageRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PageRequirement requirement)
    {
        if (SessionCaller.Of(context.User) is { } caller
            && caller.Has(requirement.Role)
            && (!requirement.EveryProject || caller.HasEverywhere(requirement.Role))
            && (ProjectOf(context.Resource) is not { } project || caller.Has(requirement.Role, project)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    private static string? ProjectOf(object? resource) => resource switch
    {
        HttpContext http => http.Request.RouteValues.GetValueOrDefault("Project")?.ToString(),
        Microsoft.AspNetCore.Components.RouteData route => route.RouteValues.GetValueOrDefault("Project")?.ToString(),
        _ => null,
    };
}
