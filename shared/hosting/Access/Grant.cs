using LoraMesh.Contracts;

namespace LoraMesh.Hosting.Access;

/// <summary>A role, and where it holds.</summary>
/// <param name="Role">One of <see cref="AccessRoles"/>.</param>
/// <param name="Projects">The projects that it holds for; null means all.</param>
public sealed record Grant(string Role, IReadOnlyList<string>? Projects)
{
    /// <summary>Whether it lets do what a role may, somewhere.</summary>
    public bool Allows(string role) => RankOf(Role) >= RankOf(role);

    /// <summary>Whether it lets do what a role may in a project.</summary>
    public bool Allows(string role, string project) => Allows(role) && (Projects is null || Projects.Contains(project, StringComparer.Ordinal));

    /// <summary>Place of a role among all, the weakest first; -1 for what is none.</summary>
    internal static int RankOf(string role)
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
