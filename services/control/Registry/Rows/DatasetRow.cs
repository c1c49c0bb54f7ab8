namespace LoraMesh.Control.Registry.Rows;

/// <summary>A dataset of a project.</summary>
public sealed class DatasetRow
{
    /// <summary>The project; part of the primary key.</summary>
    public required string Project { get; init; }

    /// <summary>Content address; part of the primary key.</summary>
    public required string DatasetId { get; init; }

    /// <summary>The first run that made it.</summary>
    public required string RunId { get; init; }

    /// <summary>Reference to its manifest as JSON.</summary>
    public required string Manifest { get; init; }

    /// <summary>Rows trained on.</summary>
    public required int TrainRows { get; init; }

    /// <summary>Rows held out.</summary>
    public required int TestRows { get; init; }

    /// <summary>When it was announced.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
