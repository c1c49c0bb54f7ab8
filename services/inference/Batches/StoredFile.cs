using LoraMesh.Contracts;

namespace LoraMesh.Inference.Batches;

/// <summary>A file of the API as it lies in the store.</summary>
public sealed record StoredFile
{
    /// <summary>Purpose of requests.</summary>
    public const string Requests = "batch";

    /// <summary>Purpose of what came of them.</summary>
    public const string Results = "batch_output";

    /// <summary>The file.</summary>
    public required string Id { get; init; }

    /// <summary>Name of whose it is.</summary>
    public required string Owner { get; init; }

    /// <summary>Projects that the owner could ask; null means all.</summary>
    public IReadOnlyList<string>? Projects { get; init; }

    /// <summary>Its name.</summary>
    public required string Filename { get; init; }

    /// <summary><see cref="Requests"/> or <see cref="Results"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>When it was stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its bytes.</summary>
    public required BlobRef Content { get; init; }

    internal FileView View(TimeSpan kept) => new()
    {
        Id = Id,
        Bytes = Content.Bytes,
        CreatedAt = CreatedAt.ToUnixTimeSeconds(),
        ExpiresAt = (CreatedAt + kept).ToUnixTimeSeconds(),
        Filename = Filename,
        Purpose = Purpose,
    };
}
