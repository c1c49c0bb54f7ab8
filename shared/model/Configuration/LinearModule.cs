namespace LoraMesh.Model;

/// <summary>One linear layer of a base model.</summary>
/// <param name="Path">Path in transformers, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="In">Input width.</param>
/// <param name="Out">Output width.</param>
public sealed record LinearModule(string Path, int In, int Out)
{
    /// <summary>Whether the base has a bias there.</summary>
    public bool HasBias { get; init; }

    /// <summary>Last part of the path, such as <c>q_proj</c>.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];
}
