using System.Security.Claims;
using LoraMesh.Hosting.Access;

namespace LoraMesh.Control.Dashboard.Access;

/// <summary>A caller as the framework carries it from the request into a circuit, and back.</summary>
internal static class SessionCaller
{
    /// <summary>Claim that holds the sealed key by which a circuit asks again who it is.</summary>
    public const string SessionClaim = "loramesh:session";

    private const string ProjectClaim = "loramesh:project";
    private const string ScopedClaim = "loramesh:scoped";

    public static ClaimsPrincipal Principal(Caller caller, string scheme, string? session)
    {
        var claims = new List<Claim> { new(ClaimTypes.Name, caller.Name), new(ClaimTypes.Role, caller.Role) };
        if (caller.Projects is { } projects)
        {
            claims.Add(new Claim(ScopedClaim, "1"));
            claims.AddRange(projects.Select(project => new Claim(ProjectClaim, project)));
        }

        if (session is not null)
        {
            claims.Add(new Claim(SessionClaim, session));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>The caller, or null where nobody signed in.</summary>
    public static Caller? Of(ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true, Name: { } name } && user.FindFirst(ClaimTypes.Role)?.Value is { } role
        ? new Caller(name, role, user.HasClaim(ScopedClaim, "1") ? [.. user.FindAll(ProjectClaim).Select(claim => claim.Value)] : null)
        : null;
}
