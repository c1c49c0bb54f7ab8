using System.Security.Claims;
using LoraMesh.Hosting.Access;

namespace LoraMesh.Control.Dashboard.Access;

/// <summary>A caller as the framework carries it from the request into a circuit, and back.</summary>
internal static class SessionCaller
{
    /// <summary>Claim that holds the sealed key by which a circuit asks again who it is.</summary>
    public const string SessionClaim = "loramesh:session";

    // Role, and after a colon the project where it does not hold for all.
    private const string GrantClaim = "loramesh:grant";

    public static ClaimsPrincipal Principal(Caller caller, string scheme, string? session)
    {
        var claims = new List<Claim> { new(ClaimTypes.Name, caller.Name), new(ClaimTypes.Role, caller.Role) };
        foreach (var grant in caller.Grants)
        {
            claims.AddRange(grant.Projects is null ? [new Claim(GrantClaim, grant.Role)] : grant.Projects.Select(project => new Claim(GrantClaim, $"{grant.Role}:{project}")));
        }

        if (session is not null)
        {
            claims.Add(new Claim(SessionClaim, session));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>The caller, or null where nobody signed in.</summary>
    public static Caller? Of(ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true, Name: { } name }
        ? new Caller(name, [.. user.FindAll(GrantClaim).GroupBy(claim => claim.Value.Split(':')[0], GrantOf)])
        : null;

    private static Grant GrantOf(string role, IEnumerable<Claim> claims)
    {
        var parts = claims.Select(claim => claim.Value.Split(':', 2)).ToList();
        return new Grant(role, parts.Any(part => part.Length == 1) ? null : [.. parts.Select(part => part[1])]);
    }
}
