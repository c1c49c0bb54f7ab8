using LoraMesh.Contracts;

namespace LoraMesh.Trainer.Checkpoints;

/// <summary><c>checkpoints/latest.json</c>: names the newest complete checkpoint; written after it, never before.</summary>
public sealed record CheckpointPointer
{
    /// <summary>Content address of the adapter in the making; a checkpoint of another one is not resumed from.</summary>
    public required string AdapterId { get; init; }

    /// <summary>Optimiser steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Lease fence of the worker that wrote it; an older one's pointer never replaces a newer one's.</summary>
    public required long Fence { get; init; }

    /// <summary>The state (safetensors: <c>parameters</c>, <c>first_moment</c>, <c>second_moment</c>, F32 each; the rest in the header).</summary>
    public required BlobRef State { get; init; }

    /// <summary>Loss curve so far, one JSON object per line.</summary>
    public required BlobRef Metrics { get; init; }

    /// <summary>State of the checkpoint before, should this one turn out to be damaged; null for the first.</summary>
    public BlobRef? PreviousState { get; init; }

    /// <summary>Loss curve of the checkpoint before.</summary>
    public BlobRef? PreviousMetrics { get; init; }
}
