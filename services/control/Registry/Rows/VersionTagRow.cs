namespace LoraMesh.Control.Registry.Rows;

/// <summary>A tag that somebody gave a version.</summary>
public sealed class VersionTagRow
{
    /// <summary>Tag that keeps a version from being collected, whatever its value.</summary>
    public const string Keep = "keep";

    /// <summary>The project; part of the primary key.</summary>
    public required string Project { get; init; }

    /// <summary>The version; part of the primary key.</summary>
    public required int Version { get; init; }

    /// <summary>The tag; part of the primary key.</summary>
    public required string Key { get; init; }

    /// <summary>Its value.</summary>
    public required string Value { get; set; }
}
