namespace LoraMesh.Control.Registry.Rows;

/// <summary>A project: a folder of the inbox that something was dropped into.</summary>
public sealed class ProjectRow
{
    /// <summary>Folder name; primary key.</summary>
    public required string Name { get; init; }

    /// <summary>When its first drop was seen.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Identity of the newest <c>_READY</c> marker, so that each one counts once.</summary>
    public string? ReadyMarker { get; set; }

    /// <summary>When that marker was seen: drops seen until then need not wait for quiet.</summary>
    public DateTimeOffset? ReadyAt { get; set; }

    /// <summary>Run that was rejected because of settings; its drops are tried again once the settings change.</summary>
    public string? RefusedRun { get; set; }

    /// <summary>ETag of the <c>project.yaml</c> that was refused; empty where there was none.</summary>
    public string? RefusedSettings { get; set; }

    /// <summary>Base model that was missing, where that was the reason.</summary>
    public string? MissingModel { get; set; }
}
