namespace LoraMesh.Contracts;

/// <summary>An adapter is the project's champion from now on. The alias object in the store says the same.</summary>
public sealed record AdapterPromoted
{
    /// <summary>The project; also the model name that clients ask for.</summary>
    public required string Project { get; init; }

    /// <summary>The registry's version number, counting from 1 in each project.</summary>
    public required int Version { get; init; }

    /// <summary>Content address of the adapter.</summary>
    public required string AdapterId { get; init; }

    /// <summary>The <see cref="AdapterManifest"/> as JSON.</summary>
    public required BlobRef Adapter { get; init; }
}

/// <summary>An adapter is no longer any project's champion.</summary>
public sealed record AdapterRetired
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The registry's version number.</summary>
    public required int Version { get; init; }
}

/// <summary>One inference replica answers with the adapter from now on.</summary>
public sealed record AdapterDeployed
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The registry's version number.</summary>
    public required int Version { get; init; }

    /// <summary>Which replica.</summary>
    public required string Replica { get; init; }
}

/// <summary><c>lm-adapters/&lt;project&gt;/aliases/&lt;alias&gt;.json</c>: what an alias points to.</summary>
public sealed record AdapterAlias
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The registry's version number.</summary>
    public required int Version { get; init; }

    /// <summary>Content address of the adapter.</summary>
    public required string AdapterId { get; init; }

    /// <summary>The <see cref="AdapterManifest"/> as JSON.</summary>
    public required BlobRef Adapter { get; init; }
}
