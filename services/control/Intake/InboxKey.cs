using System.Text.RegularExpressions;

namespace LoraMesh.Control.Intake;

/// <summary>A key of the inbox taken apart.</summary>
/// <param name="Project">First part of the key; <see cref="NoProject"/> for what lies outside any folder.</param>
/// <param name="Path">The rest.</param>
/// <param name="Kind">What it is.</param>
public sealed partial record InboxKey(string Project, string Path, InboxKind Kind)
{
    /// <summary>Stands for the project of objects that lie directly in the bucket.</summary>
    public const string NoProject = "/";

    /// <summary>What a project name looks like.</summary>
    public const string ProjectPattern = "^[a-z0-9][a-z0-9-]{0,62}$";

    /// <summary>Name of the settings file.</summary>
    public const string SettingsFile = "project.yaml";

    /// <summary>Name of the marker.</summary>
    public const string ReadyFile = "_READY";

    /// <summary>Takes a key apart.</summary>
    public static InboxKey Parse(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var (project, path) = slash < 0 ? (NoProject, key) : (key[..slash], key[(slash + 1)..]);
        var parts = key.Split('/');
        var kind = parts.Any(part => part.StartsWith('.')) ? InboxKind.Ignored
            : parts[^1] == ReadyFile ? InboxKind.Ready
            : path == SettingsFile && slash >= 0 ? InboxKind.Settings
            : InboxKind.Data;
        return new InboxKey(project, path, kind);
    }

    /// <summary>Whether a name may be a project's.</summary>
    public static bool IsProject(string name) => ProjectRegex().IsMatch(name);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProjectRegex();
}
