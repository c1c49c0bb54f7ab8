namespace LoraMesh.Control.Registry.Rows;

/// <summary>A name in a project that points to a version: <c>champion</c>, <c>previous</c>, or one that people set, such as <c>canary</c>.</summary>
public sealed class AliasRow
{
    /// <summary>Alias of the version that answers requests.</summary>
    public const string Champion = "champion";

    /// <summary>Alias of the version that answered before.</summary>
    public const string Previous = "previous";

    /// <summary>The project; part of the primary key.</summary>
    public required string Project { get; init; }

    /// <summary>The alias; part of the primary key.</summary>
    public required string Name { get; init; }

    /// <summary>The version that it points to.</summary>
    public required int Version { get; set; }
}
