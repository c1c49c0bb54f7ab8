using LoraMesh.Inference.Models;

namespace LoraMesh.Inference.Adapters;

/// <summary>An adapter in memory and the base model that it belongs to.</summary>
/// <param name="Base">The base model.</param>
/// <param name="Adapter">The adapter.</param>
public sealed record LoadedAdapter(BaseModel Base, ServedAdapter Adapter);
