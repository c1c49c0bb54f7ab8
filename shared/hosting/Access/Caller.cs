using LoraMesh.Contracts;
using Microsoft.AspNetCore.Http;

namespace LoraMesh.Hosting.Access;

/// <summary>Who sent a request, and what they may do where.</summary>
/// <param name="Name">For the audit trail.</param>
/// <param name="Grants">Roles and where they hold: one for a key, any number for a token.</param>
public sealed record Caller(string Name, IReadOnlyList<Grant> Grants)
{
    /// <summary>Before the name of whoever bears a token: no key can be called so.</summary>
    public const string TokenPrefix = "oidc:";

    /// <summary>A caller with one role.</summary>
    /// <param name="name">For the audit trail.</param>
    /// <param name="role">One of <see cref="AccessRoles"/>.</param>
    /// <param name="projects">The projects that the caller may know of; null means all.</param>
    public Caller(string name, string role, IReadOnlyList<string>? projects)
        : this(name, [new Grant(role, projects)])
    {
    }

    /// <summary>Anyone, where access is open.</summary>
    public static Caller Anyone { get; } = new("api", AccessRoles.Admin, null);

    /// <summary>The strongest role that the caller has anywhere; empty where it has none.</summary>
    public string Role => Grants.OrderByDescending(grant => Grant.RankOf(grant.Role)).FirstOrDefault()?.Role ?? "";

    /// <summary>The projects that the caller may know of; null means all.</summary>
    public IReadOnlyList<string>? Projects => ProjectsFor(AccessRoles.Viewer);

    /// <summary>Who sent a request; where nobody was asked to say so, <see cref="Anyone"/>.</summary>
    public static Caller Of(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return http.Features.Get<Caller>() ?? Anyone;
    }

    /// <summary>Whether the caller may know of a project.</summary>
    public bool Covers(string project) => Has(AccessRoles.Viewer, project);

    /// <summary>Whether the caller may do what a role may, somewhere.</summary>
    public bool Has(string role) => Grants.Any(grant => grant.Allows(role));

    /// <summary>Whether the caller may do what a role may in a project.</summary>
    public bool Has(string role, string project) => Grants.Any(grant => grant.Allows(role, project));

    /// <summary>Whether the caller may do what a role may wherever it is.</summary>
    public bool HasEverywhere(string role) => Grants.Any(grant => grant.Projects is null && grant.Allows(role));

    /// <summary>The projects in which the caller may do what a role may; null means all.</summary>
    public IReadOnlyList<string>? ProjectsFor(string role) => HasEverywhere(role) ? null
        : [.. Grants.Where(grant => grant.Allows(role)).SelectMany(grant => grant.Projects!).Distinct(StringComparer.Ordinal)];
}
