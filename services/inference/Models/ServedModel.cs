using LoraMesh.Inference.Adapters;

namespace LoraMesh.Inference.Models;

/// <summary>What a model name stands for at this moment: a base model, and an adapter held for one request.</summary>
/// <param name="Base">The base model.</param>
/// <param name="Adapter">The adapter; null for the base alone. Whoever gets this disposes it or hands it to the engine.</param>
public sealed record ServedModel(BaseModel Base, AdapterLease? Adapter)
{
    /// <summary>Is told how the answer ended, where a canary gives it; null otherwise.</summary>
    public CanaryTrial? Trial { get; init; }

    /// <summary>Is told how long the answer took, where a champion gives it while a canary is tried; null otherwise.</summary>
    public CanaryTrial? Against { get; init; }

    /// <summary>Changes whenever other weights answer.</summary>
    public string Fingerprint { get; } = $"fp_{Base.Reference.Digest[..8]}_{Adapter?.Adapter.AdapterId[..8] ?? "base"}";
}
