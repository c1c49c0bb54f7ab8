using LoraMesh.Contracts;

namespace LoraMesh.Control.Intake;

/// <summary>What a project's settings came to: a configuration, or the reason why there is none.</summary>
public sealed record ResolvedSettings
{
    /// <summary>The configuration with defaults filled in; null where it was refused.</summary>
    public ProjectConfig? Config { get; private init; }

    /// <summary>A stable word; null where there is a configuration.</summary>
    public string? Code { get; private init; }

    /// <summary>What is wrong, where, and what to do; null where there is a configuration.</summary>
    public string? Reason { get; private init; }

    /// <summary>Whether other settings, or the missing model, make the same drops worth another try.</summary>
    public bool CanBeCured { get; private init; }

    /// <summary>ETag of the settings that were read; empty where there were none.</summary>
    public string SettingsETag { get; private init; } = "";

    /// <summary>The base model that is missing, where that is the reason.</summary>
    public string? MissingModel { get; private init; }

    /// <summary>A configuration.</summary>
    public static ResolvedSettings Accept(ProjectConfig config) => new() { Config = config };

    /// <summary>A refusal that no settings can cure.</summary>
    public static ResolvedSettings Refuse(string code, string reason) => new() { Code = code, Reason = reason };

    /// <summary>A refusal because of the settings that were read.</summary>
    public static ResolvedSettings RefuseSettings(string code, string reason, string settingsETag, string? missingModel = null) =>
        new() { Code = code, Reason = reason, CanBeCured = true, SettingsETag = settingsETag, MissingModel = missingModel };
}
