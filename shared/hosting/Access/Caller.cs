using LoraMesh.Contracts;
using Microsoft.AspNetCore.Http;

namespace LoraMesh.Hosting.Access;

/// <summary>Who calls, and what for.</summary>
/// <param name="Name">For the audit trail.</param>
/// <param name="Role">One of <see cref="AccessRoles"/>.</param>
/// <param name="Projects">The projects that the caller may know of; null means all.</param>
public sealed record Caller(string Name, string Role, IReadOnlyList<string>? Projects)
{
    /// <summary>Anyone, where access is open.</summary>
    public static Caller Anyone { get; } = new("api", AccessRoles.Admin, null);

    /// <summary>Who sent a request; where nobody was asked to say so, <see cref="Anyone"/>.</summary>
    public static Caller Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Features.Get<Caller>() ?? Anyone;
    }

    /// <summary>Whether the caller may know of a project.</summary>
    public bool Covers(string project) => Projects is null || Projects.Contains(project, StringComparer.Ordinal);

    /// <summary>Whether the caller may do what a role may.</summary>
    public bool Has(string role) => Rank(Role) >= Rank(role);

    private static int Rank(string role)
    {
        for (var rank = 0; rank < AccessRoles.All.Count; rank++)
        {
            if (AccessRoles.All[rank] == role)
            {
                return rank;
            }
        }

        return -1;
    }
}
