using LoraMesh.Contracts;

namespace LoraMesh.Hosting.Access;

/// <summary>
/// What one value of a claim gives. Either the projects are named, or the value holds <see cref="Place"/> and each token says by
/// what stands there which project it is for: <c>loramesh-{project}-operator</c> needs no setting for a new project.
/// </summary>
public sealed class TokenGrant
{
    /// <summary>What stands for the project's name in <see cref="Value"/>.</summary>
    public const string Place = "{project}";

    /// <summary>Every project.</summary>
    public const string All = "*";

    /// <summary>The claim; by default <see cref="TokenOptions.RolesClaim"/>.</summary>
    public string? Claim { get; set; }

    /// <summary>What the claim must be, or hold, letter by letter.</summary>
    public string Value { get; set; } = "";

    /// <summary>One of <see cref="AccessRoles"/>.</summary>
    public string Role { get; set; } = "";

    /// <summary>Names with commas between them, or <see cref="All"/>; nothing where the value says it.</summary>
    public string? Projects { get; set; }

    private bool NamesProject => Value.Contains(Place, StringComparison.Ordinal);

    /// <summary>What is wrong with it.</summary>
    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Value) || Value == Place)
        {
            yield return $"Value is '{Value}', expected what the claim holds, such as 'ml-engineers' or 'loramesh-{Place}-viewer'";
        }

        if (!AccessRoles.All.Contains(Role))
        {
            yield return $"Role is '{Role}', expected one of {string.Join(", ", AccessRoles.All)}";
        }

        if (NamesProject != string.IsNullOrWhiteSpace(Projects))
        {
            yield return NamesProject
                ? $"Projects is '{Projects}', but the value says with {Place} which project is meant; set one of the two"
                : $"Projects is not set, expected names with commas between them, or '{All}' for all";
        }
    }

    /// <summary>What it gives to a token whose claim holds some values; null for nothing.</summary>
    internal Grant? For(IReadOnlyCollection<string> held)
    {
        if (!NamesProject)
        {
            return !held.Contains(Value) ? null
                : new Grant(Role, Projects!.Trim() == All ? null : Projects.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        var at = Value.IndexOf(Place, StringComparison.Ordinal);
        var (before, after) = (Value[..at], Value[(at + Place.Length)..]);
        string[] projects =
        [
            .. held.Where(value => value.Length > before.Length + after.Length && value.StartsWith(before, StringComparison.Ordinal) && value.EndsWith(after, StringComparison.Ordinal))
                .Select(value => value[before.Length..^after.Length]),
        ];
        return projects.Length == 0 ? null : new Grant(Role, projects);
    }
}
