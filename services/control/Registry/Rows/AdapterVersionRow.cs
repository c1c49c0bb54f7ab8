namespace LoraMesh.Control.Registry.Rows;

/// <summary>One evaluated adapter of a project; versions count from 1 in the order of their evaluation.</summary>
public sealed class AdapterVersionRow
{
    /// <summary>The project; part of the primary key.</summary>
    public required string Project { get; init; }

    /// <summary>Version number; part of the primary key.</summary>
    public required int Version { get; init; }

    /// <summary>Content address of the adapter.</summary>
    public required string AdapterId { get; init; }

    /// <summary>Reference to its manifest as JSON.</summary>
    public required string Adapter { get; init; }

    /// <summary>The run that made it.</summary>
    public required string RunId { get; init; }

    /// <summary>The dataset that it was trained on.</summary>
    public required string DatasetId { get; init; }

    /// <summary>Digest of the base model that it belongs to.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>Figures of the base model as JSON.</summary>
    public required string BaseFigures { get; init; }

    /// <summary>Figures of the adapter as JSON.</summary>
    public required string AdapterFigures { get; init; }

    /// <summary>Whether its evaluation promoted it.</summary>
    public required bool Promoted { get; init; }

    /// <summary>When it was evaluated.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its adapter was removed from the store because it was not to be kept; null while it is there.</summary>
    public DateTimeOffset? CollectedAt { get; set; }

    /// <summary>Whether it was replaced as champion and inference has not been told to let it go yet.</summary>
    public bool RetirePending { get; set; }
}
